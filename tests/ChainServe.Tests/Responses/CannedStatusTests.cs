using ChainServe.Configuration;
using ChainServe.Responses;
using Xunit;

namespace ChainServe.Tests.Responses;

public sealed class CannedStatusTests
{
    [Fact]
    public void EveryStatusThatACannedRouteMayHaveHasAStatusLine()
    {
        Assert.NotEmpty(CannedValidator.Statuses);
        Assert.All(CannedValidator.Statuses, status => Assert.True(StatusLines.IsKnown(status)));
    }

    // RFC 9110 §15.3.5: a 204 has no content, so that nothing describes one.
    [Fact]
    public void AnAnswerWithoutContentHasNoContentType()
    {
        CannedResponse response = new(204, "text/plain", default);
        byte[] bytes = new byte[response.LengthMax];
        int length = response.Write(bytes, new byte[29], true, ChainServe.Http.HttpVersion.Http11, omitBody: false);
        string text = System.Text.Encoding.ASCII.GetString(bytes, 0, length);
        Assert.DoesNotContain("Content-", text, System.StringComparison.Ordinal);
    }
}
