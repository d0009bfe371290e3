using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;
using Xunit;

namespace ChainServe.Tests.Responses;

public sealed class ResponsePlannerTests
{
    private static string Describe(in ResponsePlan plan)
    {
        return $"{plan.Status} {plan.SendsBody} {plan.Offset}+{plan.Count} {plan.ContentLength}";
    }

    // RFC 9110 §14.2: Range is defined for GET alone; §9.3.2: HEAD states the length of GET.
    [Theory]
    [InlineData("GET", 1000, "X: y", "200 True 0+1000 1000")]
    [InlineData("HEAD", 1000, "X: y", "200 False 0+0 1000")]
    [InlineData("GET", 0, "X: y", "200 False 0+0 0")]
    [InlineData("GET", 1000, "Range: bytes=10-19", "206 True 10+10 10")]
    [InlineData("GET", 1000, "Range: bytes=-1", "206 True 999+1 1")]
    [InlineData("HEAD", 1000, "Range: bytes=10-19", "200 False 0+0 1000")]
    [InlineData("GET", 1000, "Range: bytes=0-0,5-6", "206 True 0+7 7")]
    [InlineData("GET", 1000, "Range: bytes=0-0,1000-", "206 True 0+1 1")]
    [InlineData("GET", 1000, "Range: bytes=0-0|Range: bytes=0-0", "200 True 0+1000 1000")]
    [InlineData("GET", 1000, "Range: bytes=1000-", "416 False 0+0 0")]
    [InlineData("GET", 0, "Range: bytes=0-", "416 False 0+0 0")]
    [InlineData("GET", 0, "Range: bytes=-1", "200 False 0+0 0")]
    [InlineData("GET", 1000, "If-None-Match: *", "304 False 0+0 0")]
    public void APlanSaysWhichBytesGoOut(string method, long length, string lines, string expected)
    {
        Assert.Equal(expected, Describe(Exchange.Plan(Exchange.Facts(length), method, lines.Split('|'))));
    }

    [Fact]
    public void AFileMayServeAsAnErrorPage()
    {
        FileFacts facts = Exchange.Facts();
        Assert.Equal("404 True 0+1000 1000", Describe(ResponsePlanner.PlanWhole(404, HttpMethod.Get, facts)));
        string head = Exchange.Head(facts, ResponsePlanner.PlanWhole(404, HttpMethod.Head, facts));
        Assert.StartsWith("HTTP/1.1 404 Not Found\r\n", head);
        Assert.Contains("Content-Length: 1000\r\n", head);
        Assert.All(
            new[] { "ETag", "Last-Modified", "Accept-Ranges" },
            name => Assert.DoesNotContain(name, head));
    }
}
