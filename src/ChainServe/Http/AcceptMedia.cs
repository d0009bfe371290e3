using System;
using System.Text;

namespace ChainServe.Http;

/// <summary>The Accept field (RFC 9110 §12.5.1), as far as the server has a choice: a page, or the same as
/// JSON.</summary>
internal static class AcceptMedia
{
    /// <summary>Whether the client named HTML: what a browser does when it follows a link.</summary>
    public static bool NamesHtml(ReadOnlySpan<byte> accept)
    {
        return QualityOf(accept, "text/html"u8, "application/xhtml+xml"u8) > 0;
    }

    /// <summary>Whether JSON was named, with more weight than HTML.</summary>
    public static bool PrefersJson(ReadOnlySpan<byte> accept)
    {
        return QualityOf(accept, "application/json"u8, "text/json"u8)
            > Math.Max(0, QualityOf(accept, "text/html"u8, "text/*"u8));
    }

    // −1 when neither name is there.
    private static int QualityOf(ReadOnlySpan<byte> accept, ReadOnlySpan<byte> name, ReadOnlySpan<byte> otherName)
    {
        int best = -1;
        QualityList elements = new(accept);
        while (elements.TryNext(out ReadOnlySpan<byte> media, out int quality))
        {
            if (Ascii.EqualsIgnoreCase(media, name) || Ascii.EqualsIgnoreCase(media, otherName))
            {
                best = Math.Max(best, quality);
            }
        }

        return best;
    }
}
