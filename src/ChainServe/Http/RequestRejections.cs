namespace ChainServe.Http;

/// <summary>The one place that maps a rejection to its status code and to a sentence for the log.</summary>
internal static class RequestRejections
{
    public static int StatusOf(RequestRejection rejection)
    {
        return rejection switch
        {
            RequestRejection.RequestLineTooLong => 414,
            RequestRejection.UnsupportedExpectation => 417,
            RequestRejection.HeadTooLarge or RequestRejection.TooManyHeaders => 431,
            RequestRejection.MethodTooLong or RequestRejection.UnsupportedTransferEncoding => 501,
            RequestRejection.UnsupportedVersion => 505,
            _ => 400,
        };
    }

    public static string ReasonOf(RequestRejection rejection)
    {
        return rejection switch
        {
            RequestRejection.None => "not rejected",
            RequestRejection.InvalidMethod => "the method is not a token",
            RequestRejection.MethodTooLong => "the method is longer than any method",
            RequestRejection.InvalidRequestLine => "the request line is malformed",
            RequestRejection.InvalidTarget => "the request target is malformed",
            RequestRejection.UnsupportedVersion => "the protocol version is not 1.0 or 1.1",
            RequestRejection.RequestLineTooLong => "the request line is too long",
            RequestRejection.HeadTooLarge => "the head is too large",
            RequestRejection.TooManyHeaders => "there are too many header fields",
            RequestRejection.BareLineFeed => "a line ends with LF alone",
            RequestRejection.BareCarriageReturn => "a CR is not followed by LF",
            RequestRejection.ControlByte => "the head contains a control byte",
            RequestRejection.ObsoleteFold => "a header line is folded",
            RequestRejection.WhitespaceBeforeColon => "white space stands before a colon",
            RequestRejection.InvalidFieldName => "a field name is not a token",
            RequestRejection.MissingColon => "a header line has no colon",
            RequestRejection.MissingHost => "the Host field is missing",
            RequestRejection.DuplicateHost => "there are several Host fields",
            RequestRejection.InvalidHost => "the host is malformed",
            RequestRejection.DuplicateContentLength => "there are several Content-Length fields",
            RequestRejection.InvalidContentLength => "the Content-Length is not a number",
            RequestRejection.ContentLengthWithTransferEncoding => "Content-Length stands beside Transfer-Encoding",
            RequestRejection.TransferEncodingInHttp10 => "Transfer-Encoding stands in an HTTP/1.0 request",
            RequestRejection.InvalidTransferEncoding => "chunked is not the final transfer coding",
            RequestRejection.UnsupportedTransferEncoding => "a transfer coding other than chunked is used",
            RequestRejection.UnsupportedExpectation => "the expectation is not 100-continue",
            _ => "unlisted",
        };
    }
}
