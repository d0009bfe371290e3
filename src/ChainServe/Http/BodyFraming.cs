using System;
using System.Text;

namespace ChainServe.Http;

/// <summary>
/// How long the body is (RFC 9112 §6.3). Two readings of a body are request smuggling, so that every doubt is refused:
/// both fields together, a repeated or listed Content-Length even when the values agree, chunked that is not last.
/// </summary>
internal struct BodyFraming
{
    private bool _hasLength;
    private long _length;
    private bool _hasTransferEncoding;
    private RequestRejection _transferRejection;

    /// <summary>1*DIGIT (RFC 9110 §8.6): no sign, no list, nothing beyond 63 bits.</summary>
    public RequestRejection AcceptLength(ReadOnlySpan<byte> value)
    {
        _hasLength = true;
        return DecimalDigits.TryParse(value, out _length)
            ? RequestRejection.None
            : RequestRejection.InvalidContentLength;
    }

    public void AcceptTransferEncoding(ReadOnlySpan<byte> value, bool isFirst)
    {
        _hasTransferEncoding = true;
        if (!isFirst)
        {
            _transferRejection = RequestRejection.InvalidTransferEncoding;
            return;
        }

        if (Ascii.EqualsIgnoreCase(value, "chunked"u8))
        {
            return;
        }

        // RFC 9112 §6.1: an unknown coding under a final chunked is 501; without a final chunked the length cannot be
        // known, which is 400. Chunked twice is never allowed.
        int last = value.LastIndexOf((byte)',');
        bool endsChunked = last >= 0
            && Ascii.EqualsIgnoreCase(Grammar.TrimWhitespace(value[(last + 1)..]), "chunked"u8)
            && !ContainsChunked(value[..last]);
        _transferRejection = endsChunked
            ? RequestRejection.UnsupportedTransferEncoding
            : RequestRejection.InvalidTransferEncoding;
    }

    public readonly RequestRejection Conclude(ref Request request)
    {
        if (!_hasTransferEncoding)
        {
            request.ContentLength = _length;
            return RequestRejection.None;
        }

        if (_hasLength)
        {
            return RequestRejection.ContentLengthWithTransferEncoding;
        }

        if (request.Version == HttpVersion.Http10)
        {
            return RequestRejection.TransferEncodingInHttp10;
        }

        request.IsChunked = _transferRejection == RequestRejection.None;
        return _transferRejection;
    }

    private static bool ContainsChunked(ReadOnlySpan<byte> list)
    {
        while (Grammar.TryNextElement(ref list, out ReadOnlySpan<byte> coding))
        {
            if (Ascii.EqualsIgnoreCase(coding, "chunked"u8))
            {
                return true;
            }
        }

        return false;
    }
}
