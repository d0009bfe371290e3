using System.Text;

namespace ChainServe.Responses;

/// <summary>The answers that need no file: error pages and the answer to OPTIONS.</summary>
internal static class CannedResponses
{
    /// <summary>The methods that a path of any site has.</summary>
    public const string AllowLine = "Allow: GET, HEAD, OPTIONS\r\n";
    // RFC 7617 §2, §2.1.
    private const string AuthenticateLine = "WWW-Authenticate: Basic realm=\"restricted\", charset=\"UTF-8\"\r\n";

    private const string HtmlType = "text/html; charset=utf-8";

    public static readonly CannedResponse BadRequest = Page(400, "The server could not understand this request.");

    public static readonly CannedResponse Unauthorized =
        Page(401, "This page asks for a name and a password.", AuthenticateLine);

    public static readonly CannedResponse Forbidden = Page(403, "The server may not read this page.");

    public static readonly CannedResponse NotFound = Page(404, "There is no page at this address.");

    public static readonly CannedResponse MethodNotAllowed =
        Page(405, "This address can only be read.", AllowLine);

    public static readonly CannedResponse NotAcceptable =
        Page(406, "The file is not available in any form that was asked for.");

    public static readonly CannedResponse RequestTimeout = Page(408, "The request took too long to arrive.");

    public static readonly CannedResponse PreconditionFailed =
        Page(412, "The file is not the version that was asked for.");

    public static readonly CannedResponse ContentTooLarge =
        Page(413, "The request carries more than this server accepts.");

    public static readonly CannedResponse TargetTooLong = Page(414, "The address is longer than any file name.");

    public static readonly CannedResponse ExpectationFailed =
        Page(417, "The server cannot meet the expectation of this request.");

    public static readonly CannedResponse HeadTooLarge =
        Page(431, "The header fields of the request are too large.");

    public static readonly CannedResponse InternalError = Page(500, "Something went wrong on the server.");

    public static readonly CannedResponse NotImplemented = Page(501, "The server does not know how to do this.");

    public static readonly CannedResponse Unavailable =
        Page(503, "The server is busy; try again in a moment.", "Retry-After: 1\r\n");

    public static readonly CannedResponse VersionNotSupported = Page(505, "The server speaks HTTP/1.0 and HTTP/1.1.");

    /// <summary>The page for an error status; the one for 500 stands in for a status without its own.</summary>
    public static CannedResponse Of(int status)
    {
        return status switch
        {
            400 => BadRequest,
            401 => Unauthorized,
            403 => Forbidden,
            404 => NotFound,
            405 => MethodNotAllowed,
            406 => NotAcceptable,
            408 => RequestTimeout,
            412 => PreconditionFailed,
            413 => ContentTooLarge,
            414 => TargetTooLong,
            417 => ExpectationFailed,
            431 => HeadTooLarge,
            501 => NotImplemented,
            503 => Unavailable,
            505 => VersionNotSupported,
            _ => InternalError,
        };
    }

    // Self-contained: an error page must not cause further requests that may fail in the same way.
    private static CannedResponse Page(int status, string sentence, string fieldLines = "")
    {
        string reason = Encoding.ASCII.GetString(StatusLines.ReasonOf(status));
        string page = $$"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="light dark">
            <title>{{status}} {{reason}}</title>
            <style>
            body{margin:0;min-height:100vh;display:grid;place-items:center;font:1.1rem/1.5 system-ui,sans-serif;
            background:#fafafa;color:#222}
            main{padding:2rem;text-align:center}
            h1{margin:0;font-size:5rem;line-height:1;font-weight:200}
            h2{margin:.5rem 0;font-size:1.3rem}
            p{margin:0;opacity:.7}
            @media(prefers-color-scheme:dark){
            body{background:#16181c;color:#e6e6e6}
            }
            </style>
            <main><h1>{{status}}</h1><h2>{{reason}}</h2><p>{{sentence}}</p></main>
            </html>

            """;
        return new CannedResponse(status, HtmlType, Encoding.UTF8.GetBytes(page), fieldLines);
    }
}
