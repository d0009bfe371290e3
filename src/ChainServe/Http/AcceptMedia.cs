using System;
using System.Text;

namespace ChainServe.Http;

/// <summary>The Accept field (RFC 9110 §12.5.1), as far as the server has a choice: a page, or the same as JSON.
/// </summary>
internal static class AcceptMedia
{
    /// <summary>Whether the client named HTML: what a browser does when it follows a link.</summary>
    public static bool NamesHtml(in Request request, ReadOnlySpan<byte> head)
    {
        return QualityOf(request, head, "text/html"u8, "application/xhtml+xml"u8) > 0;
    }

    /// <summary>Whether JSON was named, with more weight than HTML. Named beats covered by a wildcard:
    /// "application/json, */*" is a client that wants JSON.</summary>
    public static bool PrefersJson(in Request request, ReadOnlySpan<byte> head)
    {
        int json = QualityOf(request, head, "application/json"u8, "text/json"u8);
        int html = QualityOf(request, head, "text/html"u8, "application/xhtml+xml"u8);
        int covered = QualityOf(request, head, "text/*"u8, default);
        covered = covered >= 0 ? covered : QualityOf(request, head, "*/*"u8, default);
        return json > 0 && (html >= 0 ? json > html : json >= covered);
    }

    // −1 when neither name is there. Several lines are one list (RFC 9110 §5.3).
    private static int QualityOf(
        in Request request,
        ReadOnlySpan<byte> head,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> otherName)
    {
        if (!request.IsRepeated(RequestFields.Accept))
        {
            return QualityOf(request.Accept.Of(head), name, otherName);
        }

        int best = -1;
        FieldLines lines = new(head, "accept"u8);
        while (lines.TryNext(out ReadOnlySpan<byte> list))
        {
            best = Math.Max(best, QualityOf(list, name, otherName));
        }

        return best;
    }

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
