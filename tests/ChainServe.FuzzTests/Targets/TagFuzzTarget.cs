using System;
using System.Collections.Generic;
using System.Text;
using System.Text.RegularExpressions;
using ChainServe.Files;
using ChainServe.FuzzTests.Engine;

namespace ChainServe.FuzzTests.Targets;

/// <summary>Lists of entity tags: a tag is in the list when a regular expression finds it there, in front of anything
/// that is no tag.</summary>
internal sealed partial class TagFuzzTarget : FuzzTarget
{
    private static readonly string[] Tags = ["\"a\"", "W/\"a\"", "\"a,b\"", "\"\""];

    public TagFuzzTarget()
        : base("tag")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "\"a\"", "W/\"a\"", "w/\"a\"", "\"a,b\"", "\"\"", "*", ",", ", ", "\t", "W/", "\"", "\"b\"", "a", "\u00ff",
        "\0", "\u007f", " ",
    ];

    public override string Separators => ",\"";

    public override bool Check(ReadOnlySpan<byte> input)
    {
        string text = Naive.Text(input);
        List<string> list = Read(text);
        bool isSingle = Tag().Match(text) is { Success: true } whole && whole.Length == text.Length;
        Require.Equal(isSingle, EntityTag.IsSingle(input), "the whole is one tag");
        foreach (string tag in Tags)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(tag);
            bool isAny = text == "*";
            bool isStrong = !tag.StartsWith('W') && list.Contains(tag);
            bool isWeak = list.Exists(other => Opaque(other) == Opaque(tag));
            Require.Equal(isAny || isStrong, EntityTag.ListMatches(input, bytes, strong: true), "by strong comparison");
            Require.Equal(isAny || isWeak, EntityTag.ListMatches(input, bytes, strong: false), "by weak comparison");
        }

        return list.Count > 0;
    }

    private static string Opaque(string tag)
    {
        return tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
    }

    private static List<string> Read(string text)
    {
        List<string> list = [];
        string rest = text.TrimStart(' ', '\t', ',');
        for (Match tag = Tag().Match(rest); tag.Success; tag = Tag().Match(rest))
        {
            rest = rest[tag.Length..].TrimStart(' ', '\t');
            if (rest.Length > 0 && rest[0] != ',')
            {
                break;
            }

            list.Add(tag.Value);
            rest = rest.TrimStart(' ', '\t', ',');
        }

        return list;
    }

    [GeneratedRegex("\\A(?:W/)?\"[\\x21\\x23-\\x7E\\x80-\\xFF]*\"")]
    private static partial Regex Tag();
}
