using System;
using System.Text;

namespace ChainServe.Http;

/// <summary>
/// Field names without case (RFC 9110 §5.1). The length decides which single comparison is worth making.
/// </summary>
internal static class FieldNames
{
    public static RequestFields Find(ReadOnlySpan<byte> name)
    {
        return name.Length switch
        {
            4 => Pick(name, "host"u8, RequestFields.Host),
            5 => Pick(name, "range"u8, RequestFields.Range),
            6 => (name[0] | 0x20) switch
            {
                'a' => Pick(name, "accept"u8, RequestFields.Accept),
                'e' => Pick(name, "expect"u8, RequestFields.Expect),
                _ => Pick(name, "origin"u8, RequestFields.Origin),
            },
            7 => Pick(name, "referer"u8, RequestFields.Referer),
            8 => (name[3] | 0x20) == 'm'
                ? Pick(name, "if-match"u8, RequestFields.IfMatch)
                : Pick(name, "if-range"u8, RequestFields.IfRange),
            10 => (name[0] | 0x20) == 'c'
                ? Pick(name, "connection"u8, RequestFields.Connection)
                : Pick(name, "user-agent"u8, RequestFields.UserAgent),
            13 => (name[0] | 0x20) == 'i'
                ? Pick(name, "if-none-match"u8, RequestFields.IfNoneMatch)
                : Pick(name, "authorization"u8, RequestFields.Authorization),
            14 => (name[0] | 0x20) == 'c'
                ? Pick(name, "content-length"u8, RequestFields.ContentLength)
                : Pick(name, "sec-fetch-mode"u8, RequestFields.SecFetchMode),
            15 => Pick(name, "accept-encoding"u8, RequestFields.AcceptEncoding),
            17 => (name[0] | 0x20) == 'i'
                ? Pick(name, "if-modified-since"u8, RequestFields.IfModifiedSince)
                : Pick(name, "transfer-encoding"u8, RequestFields.TransferEncoding),
            19 => Pick(name, "if-unmodified-since"u8, RequestFields.IfUnmodifiedSince),
            _ => RequestFields.None,
        };
    }

    private static RequestFields Pick(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected, RequestFields field)
    {
        return Ascii.EqualsIgnoreCase(name, expected) ? field : RequestFields.None;
    }
}
