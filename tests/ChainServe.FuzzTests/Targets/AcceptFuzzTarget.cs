using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ChainServe.FuzzTests.Engine;
using ChainServe.Http;

namespace ChainServe.FuzzTests.Targets;

/// <summary>
/// The lists with weights, Accept-Encoding and Accept: each name has the weight that a slow reader finds. A line break
/// in the input is a further line of the field.
/// </summary>
internal sealed class AcceptFuzzTarget : FuzzTarget
{
    public AcceptFuzzTarget()
        : base("accept")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "gzip", "x-gzip", "br", "zstd", "identity", "*", "GZip", "deflate", ";q=0", ";q=1", ";q=0.5", ";q=0.001",
        ";q=1.000", ";q=1.001", ";Q=0.999", ";q=", ";q=0.0000", ";q =1", "; q=.5", ";q=0.", ";q=2", ";level=1", ", ",
        ",", ",,", ";", "\t", "=", "text/html", "application/xhtml+xml", "application/json", "text/json", "text/*",
        "*/*", "TEXT/HTML", "\n", "\u00e9", "\"",
    ];

    public override string Separators => ",;\n";

    public override long DefaultInputs => 1_500;

    public override bool Check(ReadOnlySpan<byte> input)
    {
        int line = input.IndexOf((byte)'\n');
        return line < 0 ? Check(input, [Naive.Text(input)]) : CheckLines(input);
    }

    // The field is the whole input: nothing stands between its end and the guard.
    private static bool Check(ReadOnlySpan<byte> head, string[] lines)
    {
        Request request = new()
        {
            Present = RequestFields.AcceptEncoding | RequestFields.Accept,
            AcceptEncoding = new HeadSlice(0, head.Length),
            Accept = new HeadSlice(0, head.Length),
        };
        return Compare(request, head, lines);
    }

    private static bool CheckLines(ReadOnlySpan<byte> input)
    {
        string[] lines = Naive.Text(input).Split('\n');
        byte[] head = Encoding.Latin1.GetBytes("GET / HTTP/1.1\r\nHost: a\r\n" + string.Concat(
            lines.Select(static line => $"Accept-Encoding: {line}\r\nX: y\r\nAccept:{line}\r\n")) + "\r\n");
        ParseStatus status = RequestParser.Parse(head, 0, RequestLimits.Default, out Request request, out _);
        return status == ParseStatus.Complete && Compare(request, head, lines);
    }

    private static bool Compare(in Request request, ReadOnlySpan<byte> head, string[] lines)
    {
        List<(string Name, int Quality)> weights = [.. lines.SelectMany(Naive.Weights)];

        // The last word of a client counts, and for media the highest.
        int Last(string name, string alias, int otherwise)
        {
            return weights.FindLast(weight => weight.Name == name || weight.Name == alias) is { Name: not null } found
                ? found.Quality : otherwise;
        }

        int others = Last("*", "*", -1);
        int identity = Last("identity", "identity", -1);
        AcceptedCodings codings = AcceptEncoding.Parse(request, head);
        Require.Equal(Last("gzip", "x-gzip", Math.Max(0, others)), codings.QualityOf(ContentCoding.Gzip), "gzip");
        Require.Equal(Last("br", "br", Math.Max(0, others)), codings.QualityOf(ContentCoding.Brotli), "br");
        Require.Equal(Last("zstd", "zstd", Math.Max(0, others)), codings.QualityOf(ContentCoding.Zstd), "zstd");
        Require.Equal(Math.Max(0, identity), codings.QualityOf(ContentCoding.Identity), "identity");
        Require.Equal(identity == 0 || (identity < 0 && others == 0), codings.IsIdentityRefused, "identity is refused");

        int Best(params string[] names)
        {
            return weights.Where(weight => names.Contains(weight.Name))
                .Select(static weight => weight.Quality).DefaultIfEmpty(-1).Max();
        }

        int html = Best("text/html", "application/xhtml+xml");
        int json = Best("application/json", "text/json");
        int covered = Best("text/*") is >= 0 and int text ? text : Best("*/*");
        Require.Equal(html > 0, AcceptMedia.NamesHtml(request, head), "HTML is named");
        bool prefersJson = json > 0 && json >= (html >= 0 ? html + 1 : covered);
        Require.Equal(prefersJson, AcceptMedia.PrefersJson(request, head), "JSON is preferred");
        return weights.Count > 0;
    }
}
