using System;
using System.Text;

namespace ChainServe.Http;

/// <summary>
/// The Accept-Encoding field (RFC 9110 §12.5.3): a coding is acceptable when it is named, or covered by "*", with a
/// weight above 0. Without the field a client may get any coding, by the letter; nobody sends one, because such clients
/// often cannot decode.
/// </summary>
internal static class AcceptEncoding
{
    public static AcceptedCodings Parse(in Request request, ReadOnlySpan<byte> head)
    {
        AcceptedCodings.Builder builder = new();
        if (request.IsRepeated(RequestFields.AcceptEncoding))
        {
            FieldLines lines = new(head, "accept-encoding"u8);
            while (lines.TryNext(out ReadOnlySpan<byte> list))
            {
                Read(list, ref builder);
            }
        }
        else if (request.Has(RequestFields.AcceptEncoding))
        {
            Read(request.AcceptEncoding.Of(head), ref builder);
        }

        return builder.Build();
    }

    private static void Read(ReadOnlySpan<byte> list, ref AcceptedCodings.Builder builder)
    {
        QualityList elements = new(list);
        while (elements.TryNext(out ReadOnlySpan<byte> name, out int quality))
        {
            if (name.Length == 1 && name[0] == '*')
            {
                builder.Others = quality;
            }
            else if (Ascii.EqualsIgnoreCase(name, "br"u8))
            {
                builder.Brotli = quality;
            }
            else if (Ascii.EqualsIgnoreCase(name, "zstd"u8))
            {
                builder.Zstd = quality;
            }
            else if (Ascii.EqualsIgnoreCase(name, "gzip"u8) || Ascii.EqualsIgnoreCase(name, "x-gzip"u8))
            {
                builder.Gzip = quality;
            }
            else if (Ascii.EqualsIgnoreCase(name, "identity"u8))
            {
                builder.Identity = quality;
            }
        }
    }
}
