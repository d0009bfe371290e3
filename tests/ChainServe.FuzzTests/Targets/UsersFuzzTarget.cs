using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using ChainServe.Configuration;
using ChainServe.FuzzTests.Engine;

namespace ChainServe.FuzzTests.Targets;

/// <summary>The user and the group of a server, and the tables of the machine: the first two lines, and what follows
/// them up to an empty line and behind it.</summary>
internal sealed partial class UsersFuzzTarget : FuzzTarget
{
    public UsersFuzzTarget()
        : base("users")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "www", "adm", "33", "0", "-1", "+1", "4294967295", "4294967294", "4294967296", ":", "::", ":x:", "\n", "\n\n",
        "www:x:33:34::/:/bin/sh", "adm:x:4:", " ", "\t", "\r", "#", "\u00e9", "\0",
    ];

    public override string Separators => "\n:";

    public override bool Check(ReadOnlySpan<byte> input)
    {
        string[] lines = Encoding.UTF8.GetString(input).Split('\n', 3);
        if (lines.Length < 3 || lines[0].Length == 0)
        {
            return false;
        }

        int end = lines[2].IndexOf("\n\n", StringComparison.Ordinal);
        string users = end < 0 ? lines[2] : lines[2][..end];
        string groups = end < 0 ? "" : lines[2][(end + 2)..];
        bool isFound = UserAccounts.TryFind(
            users, groups, lines[0], lines[1], out uint user, out uint group, out string? problem);
        uint? expectedUser = Find(users, lines[0], 4)?[2] is { } inTable ? Number(inTable) : Number(lines[0]);
        uint? expectedGroup = lines[1].Length == 0 ? Number(Find(users, lines[0], 4)?[3] ?? "")
            : Find(groups, lines[1], 3)?[2] is { } given ? Number(given) : Number(lines[1]);
        Require.Equal(expectedUser is not null && expectedGroup is not null, isFound, "both are found");
        if (isFound)
        {
            Require.Equal(expectedUser!.Value, user, "the user");
            Require.Equal(expectedGroup!.Value, group, "the group");
            return true;
        }

        Sentence.Check(problem!);
        return false;
    }

    private static string[]? Find(string table, string name, int fields)
    {
        return table.Split('\n').Select(static line => line.Split(':'))
            .FirstOrDefault(entry => entry.Length >= fields && (entry[0] == name || entry[2] == name));
    }

    // The highest one means "unchanged".
    private static uint? Number(string text)
    {
        return Digits().IsMatch(text) && uint.TryParse(text, out uint number) && number < uint.MaxValue ? number : null;
    }

    [GeneratedRegex(@"\A[0-9]+\z")]
    private static partial Regex Digits();
}
