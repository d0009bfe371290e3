using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>One response, read as strictly as RFC 9112 writes it: anything loose is an error of the server.</summary>
internal sealed class RawResponse
{
    private readonly List<KeyValuePair<string, string>> _fields;

    private RawResponse(int status, string reason, List<KeyValuePair<string, string>> fields)
    {
        Status = status;
        Reason = reason;
        _fields = fields;
    }

    internal int Status { get; }

    internal string Reason { get; }

    internal byte[] Body { get; set; } = [];

    internal string Text => Encoding.UTF8.GetString(Body);

    internal long? ContentLength => this["Content-Length"] is { } text
        ? long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : null;

    /// <summary>Whether the connection ends with it.</summary>
    internal bool Closes => this["Connection"] == "close";

    /// <summary>The value of a field, or null; a field that comes twice is an error here.</summary>
    internal string? this[string name]
    {
        get
        {
            string[] values = _fields.Where(pair => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                .Select(pair => pair.Value).ToArray();
            return values.Length switch
            {
                0 => null,
                1 => values[0],
                _ => throw new InvalidDataException($"{name} comes {values.Length} times"),
            };
        }
    }

    /// <summary>Parses a head with its empty line.</summary>
    internal static RawResponse Parse(string head)
    {
        if (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            throw new InvalidDataException("a head ends with an empty line");
        }

        string[] lines = head[..^4].Split("\r\n");
        if (lines.Any(line => line.Any(character => character < ' ' || character > '~')))
        {
            throw new InvalidDataException("a head holds visible ASCII in lines that end with CRLF");
        }

        string line = lines[0];
        bool isStatusLine = line.Length > 13 && line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
            && line.AsSpan(9, 3).IndexOfAnyExceptInRange('0', '9') < 0 && line[12] == ' ';
        if (!isStatusLine)
        {
            throw new InvalidDataException($"no status line: {line}");
        }

        var fields = new List<KeyValuePair<string, string>>();
        foreach (string text in lines.Skip(1))
        {
            int colon = text.IndexOf(": ", StringComparison.Ordinal);
            if (colon <= 0 || !text[..colon].All(character => char.IsAsciiLetterOrDigit(character) || character == '-'))
            {
                throw new InvalidDataException($"no field line: {text}");
            }

            fields.Add(new(text[..colon], text[(colon + 2)..]));
        }

        var response = new RawResponse(int.Parse(line.AsSpan(9, 3), CultureInfo.InvariantCulture), line[13..], fields);
        response.RequireFraming();
        return response;
    }

    private void RequireFraming()
    {
        string date = this["Date"] ?? throw new InvalidDataException("every response has a Date");
        DateTime.ParseExact(date, "r", CultureInfo.InvariantCulture);
        if (this["Transfer-Encoding"] is not null)
        {
            throw new InvalidDataException("the server knows every length");
        }

        if (Status is not (>= 100 and < 200 or 204 or 304) && ContentLength is null)
        {
            throw new InvalidDataException($"{Status} without Content-Length");
        }
    }
}
