using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using ChainServe.Http;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ChainServe.Tests.Http;

public sealed partial class AcceptEncodingTests
{
    private static AcceptedCodings Parse(params string[] values)
    {
        string text = RequestText.WithFields([.. values.Select(value => "Accept-Encoding: " + value)]);
        Assert.Equal(ParseStatus.Complete, RequestText.Parse(text, out Request request, out _));
        return AcceptEncoding.Parse(request, RequestText.Bytes(text));
    }

    private static string Describe(AcceptedCodings accepted)
    {
        return $"br {accepted.QualityOf(ContentCoding.Brotli)} zstd {accepted.QualityOf(ContentCoding.Zstd)} "
            + $"gzip {accepted.QualityOf(ContentCoding.Gzip)} identity {accepted.QualityOf(ContentCoding.Identity)}"
            + (accepted.IsIdentityRefused ? " refused" : "");
    }

    // RFC 9110 §12.5.3, with its examples; §12.4.2 for weights; §5.6.1 for empty elements.
    [Theory]
    [InlineData("compress, gzip", "br 0 zstd 0 gzip 1000 identity 0")]
    [InlineData("", "br 0 zstd 0 gzip 0 identity 0")]
    [InlineData("*", "br 1000 zstd 1000 gzip 1000 identity 0")]
    [InlineData("compress;q=0.5, gzip;q=1.0", "br 0 zstd 0 gzip 1000 identity 0")]
    [InlineData("gzip;q=1.0, identity; q=0.5, *;q=0", "br 0 zstd 0 gzip 1000 identity 500")]
    [InlineData("gzip, deflate, br, zstd", "br 1000 zstd 1000 gzip 1000 identity 0")]
    [InlineData("x-gzip", "br 0 zstd 0 gzip 1000 identity 0")]
    [InlineData("GZip;Q=0.123", "br 0 zstd 0 gzip 123 identity 0")]
    [InlineData("identity;q=0", "br 0 zstd 0 gzip 0 identity 0 refused")]
    [InlineData("*;q=0", "br 0 zstd 0 gzip 0 identity 0 refused")]
    [InlineData("*;q=0, identity", "br 0 zstd 0 gzip 0 identity 1000")]
    [InlineData("br;q=0, *", "br 0 zstd 1000 gzip 1000 identity 0")]
    [InlineData(" , gzip ,, ", "br 0 zstd 0 gzip 1000 identity 0")]
    [InlineData("gzip;q=2", "br 0 zstd 0 gzip 0 identity 0")]
    [InlineData("gzip;q=1.001", "br 0 zstd 0 gzip 0 identity 0")]
    [InlineData("gzip;q=0.1234", "br 0 zstd 0 gzip 0 identity 0")]
    [InlineData("gzip;q=x, br", "br 1000 zstd 0 gzip 0 identity 0")]
    [InlineData("gzip;q=", "br 0 zstd 0 gzip 0 identity 0")]
    [InlineData("gzip;q=1.", "br 0 zstd 0 gzip 1000 identity 0")]
    [InlineData("gzipped", "br 0 zstd 0 gzip 0 identity 0")]
    public void EachCodingHasTheWeightThatTheClientGaveIt(string value, string expected)
    {
        Assert.Equal(expected, Describe(Parse(value)));
    }

    // RFC 9110 §5.3: several lines are one list.
    [Fact]
    public void SeveralLinesAreOneList()
    {
        Assert.Equal("br 500 zstd 0 gzip 1000 identity 0", Describe(Parse("gzip", "br;q=0.5")));
        Assert.Equal("br 0 zstd 0 gzip 0 identity 0", Describe(Parse()));
    }

    [Fact]
    public void WeightsAgreeWithAnObviousReimplementation()
    {
        Gen<string> names = Gen.Elements("gzip", "x-gzip", "br", "zstd", "identity", "*", "deflate", "GZIP", "", "b r");
        Gen<string> weights = Gen.Elements(
            "", ";q=0", ";q=1", ";q=0.5", ";q=0.001", "; q=0.25", ";q=1.000", ";q=1.5", ";q=00", ";q=.5", ";v=1",
            ";v=1;q=0.7", ";q=0.7;v=1", ";", " ;q=0.3 ");
        Gen<string[]> lists = names.SelectMany(_ => weights, (name, weight) => name + weight).ArrayOf();
        HashSet<string> seen = [];
        Prop.ForAll(Arb.From(lists), list =>
        {
            string described = Describe(Parse(string.Join(",", list)));
            Assert.Equal(ParseSlowly(list), described);
            seen.Add(described);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
        Assert.True(seen.Count > 100, $"{seen.Count} different outcomes are too few to prove much");
    }

    private static string ParseSlowly(string[] list)
    {
        Dictionary<string, int> weights = [];
        foreach (string element in list)
        {
            Match match = Element().Match(element.Trim(' '));
            if (!match.Success)
            {
                continue;
            }

            string name = match.Groups[1].Value.Trim(' ').ToLowerInvariant();
            string? weight = match.Groups[2].Value.Split(';').Select(part => part.Trim(' '))
                .FirstOrDefault(part => part.StartsWith("q=", System.StringComparison.OrdinalIgnoreCase));
            bool isWeight = weight is null || Weight().IsMatch(weight[2..]);
            if (isWeight && name.Length > 0)
            {
                string digits = weight is null ? "1" : weight[2..].TrimEnd('.');
                decimal value = decimal.Parse(digits, CultureInfo.InvariantCulture);
                weights[name == "x-gzip" ? "gzip" : name] = (int)(value * 1000);
            }
        }

        int Of(string name) => weights.TryGetValue(name, out int value) ? value : weights.GetValueOrDefault("*");
        bool isRefused = weights.TryGetValue("identity", out int identity)
            ? identity == 0
            : weights.TryGetValue("*", out int others) && others == 0;
        return $"br {Of("br")} zstd {Of("zstd")} gzip {Of("gzip")} identity {weights.GetValueOrDefault("identity")}"
            + (isRefused ? " refused" : "");
    }

    [GeneratedRegex(@"\A([^;]+)((?:;.*)?)\z")]
    private static partial Regex Element();

    [GeneratedRegex(@"\A(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\z")]
    private static partial Regex Weight();
}
