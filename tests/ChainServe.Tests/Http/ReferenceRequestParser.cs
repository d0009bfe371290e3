using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace ChainServe.Tests.Http;

/// <summary>
/// RFC 9112 again, slow and obvious, out of strings and regular expressions: says only whether a whole head is valid
/// and what it means. Written from the grammar, not from the parser.
/// </summary>
internal static partial class ReferenceRequestParser
{
    /// <returns>The meaning of the head in one line, or null when it is to be refused.</returns>
    public static string? Read(string text)
    {
        for (int empty = 0; empty < 2 && text.StartsWith("\r\n", StringComparison.Ordinal); empty++)
        {
            text = text[2..];
        }

        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        string[] lines = text[..end].Split("\r\n");
        Match start = RequestLine().Match(lines[0]);
        if (!start.Success || start.Groups[1].Length > 32 || start.Groups[3].Value != "1")
        {
            return null;
        }

        List<(string Name, string Value)> fields = [];
        foreach (string line in lines[1..])
        {
            Match field = FieldLine().Match(line);
            if (!field.Success)
            {
                return null;
            }

            fields.Add((field.Groups[1].Value.ToUpperInvariant(), field.Groups[2].Value.Trim(' ', '\t')));
        }

        return Interpret(start, fields);
    }

    private static string? Interpret(Match start, List<(string Name, string Value)> fields)
    {
        string method = start.Groups[1].Value;
        string target = start.Groups[2].Value;
        bool isOld = start.Groups[4].Value == "0";
        string[] hosts = Values(fields, "HOST");
        string host = hosts.FirstOrDefault("");
        Match absolute = AbsoluteForm().Match(target);
        if (absolute.Success)
        {
            host = absolute.Groups[1].Value;
            target = absolute.Groups[2].Value;
            if (!Host().IsMatch(host))
            {
                return null;
            }
        }
        else if (target[0] != '/' && method != "CONNECT" && (target != "*" || method != "OPTIONS"))
        {
            return null;
        }

        if (hosts.Length > 1 || hosts.Any(value => !Host().IsMatch(value)) || (hosts.Length == 0 && !isOld))
        {
            return null;
        }

        string[] lengths = Values(fields, "CONTENT-LENGTH");
        string[] codings = Values(fields, "TRANSFER-ENCODING");
        if (lengths.Length > 1
            || lengths.Any(value => !Digits().IsMatch(value) || !long.TryParse(value, out _))
            || codings.Length > 1
            || codings.Any(value => !value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
            || (codings.Length > 0 && (lengths.Length > 0 || isOld))
            || Values(fields, "EXPECT")
                .SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries))
                .Any(item => item.Length > 0 && !item.Equals("100-continue", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        HashSet<string> options = [.. Values(fields, "CONNECTION")
            .SelectMany(value => value.Split(','))
            .Select(value => value.Trim(' ', '\t').ToUpperInvariant())];
        bool keepAlive = !options.Contains("CLOSE") && (!isOld || options.Contains("KEEP-ALIVE"));
        long length = lengths.Length == 0 ? 0 : long.Parse(lengths[0], null);
        return $"{method}|{target}|{host}|{keepAlive}|{length}|{codings.Length > 0}"
            + $"|{Values(fields, "RANGE").FirstOrDefault("")}|{Values(fields, "IF-NONE-MATCH").FirstOrDefault("")}";
    }

    private static string[] Values(List<(string Name, string Value)> fields, string name)
    {
        return [.. fields.Where(field => field.Name == name).Select(field => field.Value)];
    }

    [GeneratedRegex(@"\A([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!""$-~]+) HTTP/([0-9])\.([0-9])\z")]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"\A([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t\x20-\x7E\x80-\xFF]*)\z")]
    private static partial Regex FieldLine();

    [GeneratedRegex(@"\Ahttps?://([^/?]*)(.*)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AbsoluteForm();

    [GeneratedRegex(
        @"\A(?=.{1,261}\z)(?:\[(?=[^\]]*:)[0-9A-Fa-f:.]{2,}\]|(?:[!$&'()*+.;=_~0-9A-Za-z-]|%[0-9A-Fa-f]{2})+)" +
        @"(?::(?:|[0-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?\z")]
    private static partial Regex Host();

    [GeneratedRegex(@"\A[0-9]+\z")]
    private static partial Regex Digits();
}
