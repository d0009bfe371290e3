using System;
using System.Text;
using ChainServe.Files;
using Xunit;

namespace ChainServe.Tests.Files;

public sealed class MimeTypesTests
{
    // What the web is made of, as browsers expect it.
    private const string Known = """
        html text/html; charset=utf-8|htm text/html; charset=utf-8|css text/css; charset=utf-8
        js text/javascript; charset=utf-8|mjs text/javascript; charset=utf-8|json application/json; charset=utf-8
        map application/json; charset=utf-8|jsonld application/ld+json; charset=utf-8|xml text/xml; charset=utf-8
        webmanifest application/manifest+json; charset=utf-8|svg image/svg+xml; charset=utf-8
        xhtml application/xhtml+xml; charset=utf-8|rss application/rss+xml; charset=utf-8
        atom application/atom+xml; charset=utf-8|txt text/plain; charset=utf-8|md text/markdown; charset=utf-8
        csv text/csv; charset=utf-8|ics text/calendar; charset=utf-8|vtt text/vtt; charset=utf-8
        yaml text/yaml; charset=utf-8|yml text/yaml; charset=utf-8|log text/plain; charset=utf-8
        png image/png|jpg image/jpeg|jpeg image/jpeg|gif image/gif|webp image/webp|avif image/avif|bmp image/bmp
        ico image/x-icon|tif image/tiff|tiff image/tiff|heic image/heic|jxl image/jxl|apng image/apng
        woff font/woff|woff2 font/woff2|ttf font/ttf|otf font/otf|eot application/vnd.ms-fontobject
        mp4 video/mp4|webm video/webm|ogv video/ogg|mov video/quicktime|avi video/x-msvideo|mpeg video/mpeg
        mkv video/x-matroska|ts video/mp2t|m3u8 application/vnd.apple.mpegurl|mpd application/dash+xml; charset=utf-8
        mp3 audio/mpeg|m4a audio/mp4|ogg audio/ogg|oga audio/ogg|opus audio/ogg|wav audio/wav|aac audio/aac
        pdf application/pdf|zip application/zip|gz application/gzip|tar application/x-tar|wasm application/wasm
        7z application/x-7z-compressed|rtf application/rtf|epub application/epub+zip|doc application/msword
        xls application/vnd.ms-excel|ppt application/vnd.ms-powerpoint|toml application/toml|sql application/sql
        gltf model/gltf+json; charset=utf-8|glb model/gltf-binary|bin application/octet-stream
        docx application/vnd.openxmlformats-officedocument.wordprocessingml.document
        """;

    private static string ContentTypeOf(string path)
    {
        return Encoding.ASCII.GetString(MimeTypes.ContentTypeOf(Encoding.Latin1.GetBytes(path)));
    }

    [Fact]
    public void TheBestKnownExtensionsHaveTheTypesThatBrowsersExpect()
    {
        string[] rows = Known.Split(['|', '\n'], StringSplitOptions.TrimEntries);
        Assert.True(rows.Length >= 60);
        foreach (string row in rows)
        {
            string[] cells = row.Split(' ', 2);
            Assert.Equal((row, cells[1]), (row, ContentTypeOf("dir.d/name." + cells[0])));
            Assert.Equal(cells[1].Split(';')[0], MimeTypes.GetMimeType("name." + cells[0].ToUpperInvariant()));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("name.")]
    [InlineData("a.html/name")]
    [InlineData("name.nosuchextension")]
    [InlineData("name.\u00ff")]
    [InlineData("name.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void AnUnknownExtensionIsAnOctetStream(string path)
    {
        Assert.Equal(MimeTypes.Fallback, ContentTypeOf(path));
        Assert.Equal(MimeTypes.Fallback, MimeTypes.GetMimeType(path));
        Assert.False(MimeTypes.TryGetMimeType(path, out _));
    }

    [Fact]
    public void CaseOfAnExtensionDoesNotMatterAndTheLastOneCounts()
    {
        Assert.Equal("text/html; charset=utf-8", ContentTypeOf("A.PNG.HtMl"));
        Assert.Equal("application/gzip", ContentTypeOf("a.tar.gz"));
        Assert.Equal("mime-db 1.54.0", MimeTypes.DataVersion);
    }
}
