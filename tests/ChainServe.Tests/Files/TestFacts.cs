using System;
using System.Text;
using ChainServe.Files;
using ChainServe.Responses;

namespace ChainServe.Tests.Files;

/// <summary>Facts as a site without any configuration describes them.</summary>
internal static class TestFacts
{
    private static readonly SiteFields Fields = new("", false, false, false);

    public static Representation Describe(ReadOnlySpan<byte> path)
    {
        byte[] type = MimeTypes.ContentTypeOf(path);
        return new Representation(type, Fields.LinesOf(path, default, type, varies: false, isProtected: false));
    }

    public static FileFacts Create(
        ReadOnlySpan<byte> path,
        in FileStamp stamp,
        long nowNanoseconds = 0,
        in ContentDigest? digest = null)
    {
        return FileFacts.Create(path, stamp, nowNanoseconds, digest, Describe(path));
    }

    public static FileFacts Create(string path, in FileStamp stamp)
    {
        return Create(Encoding.UTF8.GetBytes(path), stamp);
    }
}
