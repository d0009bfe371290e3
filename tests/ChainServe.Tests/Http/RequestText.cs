using System;
using System.Text;
using ChainServe.Http;

namespace ChainServe.Tests.Http;

/// <summary>Requests written as text, one byte per character.</summary>
internal static class RequestText
{
    public static byte[] Bytes(string text)
    {
        return Encoding.Latin1.GetBytes(text);
    }

    public static string Text(ReadOnlySpan<byte> bytes)
    {
        return Encoding.Latin1.GetString(bytes);
    }

    /// <summary>A GET of / with Host and these further lines.</summary>
    public static string WithFields(params string[] lines)
    {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + string.Concat(Array.ConvertAll(lines, line => line + "\r\n")) + "\r\n";
    }

    public static ParseStatus Parse(string text, out Request request, out RequestRejection rejection)
    {
        return RequestParser.Parse(Bytes(text), 0, RequestLimits.Default, out request, out rejection);
    }

    /// <summary>The answer of a connection on which the bytes arrive one by one.</summary>
    public static ParseStatus ParseByteByByte(
        ReadOnlySpan<byte> bytes,
        in RequestLimits limits,
        out Request request,
        out RequestRejection rejection)
    {
        ParseStatus status = RequestParser.Parse([], 0, limits, out request, out rejection);
        for (int length = 1; length <= bytes.Length && status == ParseStatus.Incomplete; length++)
        {
            status = RequestParser.Parse(bytes[..length], length - 1, limits, out request, out rejection);
        }

        return status;
    }
}
