using System;
using System.Collections.Generic;
using System.Text;

namespace ChainServe.Files;

/// <summary>The content types of a site: those of its configuration over those of mime-db.</summary>
internal sealed class MediaTypes
{
    private static readonly byte[][] Compressible =
    [
        "application/json"u8.ToArray(), "application/javascript"u8.ToArray(), "application/ecmascript"u8.ToArray(),
        "application/xml"u8.ToArray(), "application/xml-dtd"u8.ToArray(), "application/wasm"u8.ToArray(),
        "application/json5"u8.ToArray(), "application/toml"u8.ToArray(), "application/yaml"u8.ToArray(),
        "application/x-sh"u8.ToArray(), "application/sql"u8.ToArray(), "application/rtf"u8.ToArray(),
        "application/x-tar"u8.ToArray(), "application/postscript"u8.ToArray(), "application/x-javascript"u8.ToArray(),
        "application/vnd.ms-fontobject"u8.ToArray(), "font/ttf"u8.ToArray(), "font/otf"u8.ToArray(),
        "image/bmp"u8.ToArray(), "image/x-icon"u8.ToArray(), "image/vnd.microsoft.icon"u8.ToArray(),
        "model/gltf-binary"u8.ToArray(), "application/x-httpd-php"u8.ToArray(),
    ];

    private readonly Dictionary<string, byte[]> _types = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="overrides">Extension without its dot, and type.</param>
    public MediaTypes(IEnumerable<KeyValuePair<string, string>> overrides)
    {
        foreach ((string extension, string type) in overrides)
        {
            string value = type.Contains(';', StringComparison.Ordinal) ? type : MimeTypes.WithCharset(type);
            _types[extension.TrimStart('.')] = Encoding.ASCII.GetBytes(value);
        }
    }

    /// <summary>The value of Content-Type; the array is shared and never written to.</summary>
    public byte[] ContentTypeOf(ReadOnlySpan<byte> path)
    {
        if (_types.Count > 0)
        {
            // Facts are made of it, not responses: this may allocate.
            ReadOnlySpan<byte> name = path[(path.LastIndexOf((byte)'/') + 1)..];
            int dot = name.LastIndexOf((byte)'.');
            if (dot >= 0 && _types.TryGetValue(Encoding.UTF8.GetString(name[(dot + 1)..]), out byte[]? type))
            {
                return type;
            }
        }

        return MimeTypes.ContentTypeOf(path);
    }

    /// <summary>Whether a type is text of some kind, so that compression makes it much smaller.</summary>
    public static bool IsCompressible(ReadOnlySpan<byte> contentType)
    {
        int semicolon = contentType.IndexOf((byte)';');
        ReadOnlySpan<byte> type = (semicolon < 0 ? contentType : contentType[..semicolon]).TrimEnd((byte)' ');
        if (type.StartsWith("text/"u8) || type.EndsWith("+json"u8) || type.EndsWith("+xml"u8)
            || type.EndsWith("+text"u8))
        {
            return true;
        }

        foreach (byte[] name in Compressible)
        {
            if (type.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }
}
