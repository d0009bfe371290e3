using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChainServe.Http;
using ChainServe.Responses;
using ChainServe.Tests.Http;
using Xunit;

namespace ChainServe.Tests.Responses;

public sealed class ListingTests
{
    private static readonly DateTime Modified = new(2024, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    private static DirectoryContent Content(params (string Name, bool IsDirectory, long Length)[] entries)
    {
        List<DirectoryEntry> list =
            [.. entries.Select(entry => new DirectoryEntry(entry.Name, entry.IsDirectory, entry.Length, Modified))];
        return new DirectoryContent(list, list.Count);
    }

    private static string Page(string path, DirectoryContent content, ListingQuery query = default)
    {
        return Encoding.UTF8.GetString(ListingPage.Write(path, content, query));
    }

    [Fact]
    public void ThePolicyOfThePageNamesItsStyle()
    {
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ListingPage.Style)));
        Assert.Contains($"style-src 'sha256-{hash}'", ListingPage.ContentSecurityPolicy, StringComparison.Ordinal);
        string page = Page("", Content());
        Assert.Contains($"<style>{ListingPage.Style}</style>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b&<c>.txt", "href=\"./a%20b%26%3Cc%3E.txt\">a b&amp;&lt;c&gt;.txt</a>")]
    [InlineData("\u00fc#?.txt", "href=\"./%C3%BC%23%3F.txt\">\u00fc#?.txt</a>")]
    [InlineData("javascript:x", "href=\"./javascript%3Ax\">javascript:x</a>")]
    [InlineData("\"onx='", "href=\"./%22onx%3D%27\">&quot;onx=&#39;</a>")]
    public void ANameIsEscapedInTextAndEncodedInItsAddress(string name, string expected)
    {
        string page = Page("dir/", Content((name, false, 1)));
        Assert.Contains(
            System.Net.WebUtility.HtmlDecode(expected),
            System.Net.WebUtility.HtmlDecode(page),
            StringComparison.Ordinal);
        Assert.DoesNotContain("<c>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\"onx", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "d1,d2,a1,a2,a10,B3")]
    [InlineData("sort=name&order=desc", "d2,d1,B3,a10,a2,a1")]
    [InlineData("sort=size", "d1,d2,a10,B3,a1,a2")]
    [InlineData("sort=size&order=desc", "d2,d1,a2,a1,B3,a10")]
    [InlineData("sort=none", "d1,d2,a1,a2,a10,B3")]
    public void EntriesStandInTheOrderThatWasAskedFor(string query, string expected)
    {
        DirectoryContent content = Content(
            ("a10", false, 1), ("d2", true, 0), ("B3", false, 2), ("a2", false, 9), ("d1", true, 0), ("a1", false, 3));
        ListingQuery parsed = ListingQuery.Parse(Encoding.ASCII.GetBytes(query), default);
        Assert.Equal(expected, string.Join(',', content.Sorted(parsed).Select(entry => entry.Name)));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(1234567, "1.2 MB")]
    [InlineData(999_999, "1.0 MB")]
    [InlineData(123_456_789, "123 MB")]
    [InlineData(long.MaxValue, "9.2 EB")]
    public void ASizeIsReadable(long length, string expected)
    {
        string page = Page("", Content(("a", false, length)));
        Assert.Contains($"title=\"{length} bytes\">{expected}<", page, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonHasTheSameEntriesForPrograms()
    {
        ListingQuery query = ListingQuery.Parse("format=json"u8, default);
        Assert.True(query.IsJson);
        DirectoryContent content = Content(("d", true, 0), ("a\"\n", false, 5)) with { Count = 7 };
        using JsonDocument json = JsonDocument.Parse(ListingJson.Write("x/", content, query));
        Assert.Equal("/x/", json.RootElement.GetProperty("path").GetString());
        Assert.Equal(7, json.RootElement.GetProperty("count").GetInt32());
        Assert.True(json.RootElement.GetProperty("truncated").GetBoolean());
        JsonElement[] entries = [.. json.RootElement.GetProperty("entries").EnumerateArray()];
        Assert.Equal("directory", entries[0].GetProperty("type").GetString());
        Assert.Equal("a\"\n", entries[1].GetProperty("name").GetString());
        Assert.Equal(5, entries[1].GetProperty("size").GetInt64());
        Assert.Equal("2024-02-03T04:05:06Z", entries[1].GetProperty("modified").GetString());
    }

    // RFC 9110 §12.5.1; a format in the address beats the field.
    [Theory]
    [InlineData("", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false)]
    [InlineData("", "application/json", true)]
    [InlineData("", "*/*", false)]
    [InlineData("", "application/json, */*", true)]
    [InlineData("", "application/json;q=0.5, */*;q=0.9", false)]
    [InlineData("", "application/json;q=0.5, text/*;q=0.4, */*;q=0.9", true)]
    [InlineData("", "text/html;q=0.1\r\nAccept: application/json", true)]
    [InlineData("", "application/json;q=0.1\r\nAccept: text/html", false)]
    [InlineData("", "application/json;q=0.5, text/html;q=0.6", false)]
    [InlineData("", "application/json;q=0", false)]
    [InlineData("format=json", "text/html", true)]
    [InlineData("a=b&format=html", "application/json", false)]
    public void TheFormatIsWhatTheClientPrefers(string query, string accept, bool isJson)
    {
        string head = RequestText.WithFields($"Accept: {accept}");
        Assert.Equal(ParseStatus.Complete, RequestText.Parse(head, out Request request, out _));
        bool prefersJson = AcceptMedia.PrefersJson(request, RequestText.Bytes(head));
        Assert.Equal(isJson, ListingQuery.Parse(Encoding.ASCII.GetBytes(query), prefersJson).IsJson);
    }

    [Fact]
    public void AListThatIsCutShortSaysSo()
    {
        Assert.Contains("The first 1 of 12 entries.", Page("", Content(("a", false, 1)) with { Count = 12 }));
        Assert.Contains("This directory is empty.", Page("", Content()));
    }
}
