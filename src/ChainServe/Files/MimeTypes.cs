using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ChainServe.Files;

/// <summary>
/// Content types by extension. MimeTypes.Generated.cs comes from mime-db through tools/generate-mime-types.js; the
/// class has the shape of the MimeTypes package, which does not restore from the registry this project builds from.
/// Types that are text carry a charset, because a browser otherwise guesses one; files are taken to be UTF-8.
/// </summary>
internal static partial class MimeTypes
{
    public const string Fallback = "application/octet-stream";

    // Longer than any extension in the table.
    private const int ExtensionLengthMax = 32;

    private static readonly byte[] FallbackBytes = "application/octet-stream"u8.ToArray();
    private static readonly Dictionary<string, string> Types = Load();

    private static readonly Dictionary<string, byte[]>.AlternateLookup<ReadOnlySpan<char>> ContentTypes =
        BuildContentTypes();

    /// <summary>The bare type, without charset, of a file name; the fallback when unknown.</summary>
    public static string GetMimeType(string fileName)
    {
        return TryGetMimeType(fileName, out string? type) ? type : Fallback;
    }

    public static bool TryGetMimeType(string fileName, [NotNullWhen(true)] out string? mimeType)
    {
        int dot = fileName.LastIndexOf('.');
        if (dot < 0 || fileName.IndexOf('/', dot) >= 0)
        {
            mimeType = null;
            return false;
        }

        return Types.TryGetValue(fileName[(dot + 1)..], out mimeType);
    }

    /// <summary>
    /// The value of Content-Type for a path; allocates nothing, the arrays are shared and never written to.
    /// </summary>
    public static byte[] ContentTypeOf(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> name = path[(path.LastIndexOf((byte)'/') + 1)..];
        ReadOnlySpan<byte> extension = name[(name.LastIndexOf((byte)'.') + 1)..];
        if (extension.Length == name.Length || extension.Length > ExtensionLengthMax)
        {
            return FallbackBytes;
        }

        Span<char> text = stackalloc char[ExtensionLengthMax];
        Encoding.Latin1.GetChars(extension, text);
        return ContentTypes.TryGetValue(text[..extension.Length], out byte[]? type) ? type : FallbackBytes;
    }

    /// <summary>The type with its charset where it has one.</summary>
    public static string WithCharset(string mimeType)
    {
        bool isText = mimeType.StartsWith("text/", StringComparison.Ordinal)
            || mimeType.EndsWith("+json", StringComparison.Ordinal)
            || mimeType.EndsWith("+xml", StringComparison.Ordinal)
            || mimeType is "application/json" or "application/xml" or "application/javascript"
                or "application/ecmascript" or "application/json5";
        return isText ? mimeType + "; charset=utf-8" : mimeType;
    }

    // Each line of the data is a type and the extensions that it won.
    private static Dictionary<string, string> Load()
    {
        Dictionary<string, string> types = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in Data.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            foreach (string extension in words.AsSpan(1))
            {
                types.Add(extension, words[0]);
            }
        }

        return types;
    }

    private static Dictionary<string, byte[]>.AlternateLookup<ReadOnlySpan<char>> BuildContentTypes()
    {
        Dictionary<string, byte[]> shared = new(StringComparer.Ordinal);
        Dictionary<string, byte[]> contentTypes = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string extension, string type) in Types)
        {
            if (!shared.TryGetValue(type, out byte[]? bytes))
            {
                bytes = Encoding.ASCII.GetBytes(WithCharset(type));
                shared.Add(type, bytes);
            }

            contentTypes.Add(extension, bytes);
        }

        return contentTypes.GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
