using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace ChainServe.Tests.Simulation;

/// <summary>One response as a client read it.</summary>
internal sealed record Response(int Status, IReadOnlyDictionary<string, string> Fields, byte[] Body, byte[] Bytes)
{
    internal string EntityTag => Fields.GetValueOrDefault("ETag", "");

    internal bool GoesOn => Fields.GetValueOrDefault("Connection", "") != "close";

    internal string Text => Encoding.Latin1.GetString(Body);
}

/// <summary>Reads responses as strictly as RFC 9112 allows: what this reader takes, every client takes.</summary>
internal static partial class ResponseReader
{
    private const string Placeholder = "Date: Thu, 01 Jan 1970 00:00:00 GMT";

    /// <summary>Takes one response from the start of the bytes.</summary>
    /// <returns>False when it is not complete.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, bool isHead, out Response? response)
    {
        response = null;
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        string[] lines = Encoding.Latin1.GetString(bytes[..end]).Split("\r\n");
        Match status = StatusLine().Match(lines[0]);
        Assert.True(status.Success, $"no status line: {lines[0]}");
        Dictionary<string, string> fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.AsSpan(1))
        {
            Match field = FieldLine().Match(line);
            Assert.True(field.Success, $"no field line: {line}");
            Assert.True(fields.TryAdd(field.Groups[1].Value, field.Groups[2].Value), $"twice: {line}");
        }

        Assert.True(fields.ContainsKey("Date"), "a response without Date");
        int code = int.Parse(status.Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal(code is 204 or 304, !fields.ContainsKey("Content-Length"));
        long length = code is 204 or 304 || isHead
            ? 0
            : long.Parse(fields["Content-Length"], NumberStyles.None, CultureInfo.InvariantCulture);
        int start = end + 4;
        if (bytes.Length - start < length)
        {
            return false;
        }

        int total = start + (int)length;
        response = new Response(code, fields, bytes[start..total].ToArray(), bytes[..total].ToArray());
        return true;
    }

    /// <summary>Exactly one whole response, and not a byte behind it.</summary>
    internal static Response Single(ReadOnlySpan<byte> bytes, bool isHead = false)
    {
        bool isComplete = TryRead(bytes, isHead, out Response? response);
        Assert.True(isComplete, $"no whole response in {bytes.Length} bytes: {Start(bytes)}");
        Assert.True(bytes.Length == response!.Bytes.Length, "bytes behind the response");
        return response;
    }

    /// <summary>Whole responses, one behind the other.</summary>
    /// <param name="bytes">All that a client received.</param>
    /// <param name="rest">What is left of a response that was cut off.</param>
    internal static List<Response> All(ReadOnlySpan<byte> bytes, out byte[] rest)
    {
        List<Response> responses = [];
        while (TryRead(bytes, isHead: false, out Response? response))
        {
            responses.Add(response!);
            bytes = bytes[response!.Bytes.Length..];
        }

        rest = bytes.ToArray();
        return responses;
    }

    /// <summary>The same bytes with the same date, so that responses of different moments can be compared.</summary>
    internal static string WithoutDate(ReadOnlySpan<byte> bytes)
    {
        return Boundary().Replace(DateField().Replace(Encoding.Latin1.GetString(bytes), Placeholder), "boundary");
    }

    private static string Start(ReadOnlySpan<byte> bytes)
    {
        return Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 300)]);
    }

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex Boundary();

    [GeneratedRegex(@"^HTTP/1\.1 ([2-5][0-9]{2}) [ -~]+$")]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"^([A-Za-z0-9-]+): ([ -~]*)$")]
    private static partial Regex FieldLine();

    [GeneratedRegex(@"Date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")]
    private static partial Regex DateField();
}
