using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ChainServe.Configuration;

/// <summary>Users and groups of this machine, by name or number: those of /etc/passwd and /etc/group. Names from
/// elsewhere (LDAP) are given as numbers.</summary>
internal static class UserAccounts
{
    private const string Users = "/etc/passwd";
    private const string Groups = "/etc/group";

    /// <param name="user">Name or number.</param>
    /// <param name="group">Name or number; empty for the user's own.</param>
    /// <param name="userNumber">Of the user.</param>
    /// <param name="groupNumber">Of the group.</param>
    /// <param name="problem">One sentence with its cure.</param>
    internal static bool TryFind(
        string user,
        string group,
        out uint userNumber,
        out uint groupNumber,
        [NotNullWhen(false)] out string? problem)
    {
        return TryFind(
            TextFile.TryRead(Users) ?? "",
            TextFile.TryRead(Groups) ?? "",
            user,
            group,
            out userNumber,
            out groupNumber,
            out problem);
    }

    internal static bool TryFind(
        string users,
        string groups,
        string user,
        string group,
        out uint userNumber,
        out uint groupNumber,
        [NotNullWhen(false)] out string? problem)
    {
        // name:password:UID:GID:comment:home:shell
        string[]? entry = Find(users, user, fields: 4);
        userNumber = 0;
        groupNumber = 0;
        if (!TryReadNumber(entry?[2] ?? user, out userNumber))
        {
            problem = $"there is no user {OptionError.Quote(user)} in {Users}; give another name, or a number.";
            return false;
        }

        // name:password:GID:members
        string? number = group.Length == 0 ? entry?[3] : Find(groups, group, fields: 3)?[2] ?? group;
        if (!TryReadNumber(number, out groupNumber))
        {
            problem = group.Length == 0
                ? $"the user {OptionError.Quote(user)} is not in {Users}, so that its group is not known; give one "
                    + "with --group."
                : $"there is no group {OptionError.Quote(group)} in {Groups}; give another name, or a number.";
            return false;
        }

        problem = null;
        return true;
    }

    // By name, or by the number in the third field.
    private static string[]? Find(string table, string nameOrNumber, int fields)
    {
        foreach (string line in table.Split('\n'))
        {
            string[] entry = line.Split(':');
            if (entry.Length >= fields && (entry[0] == nameOrNumber || entry[2] == nameOrNumber))
            {
                return entry;
            }
        }

        return null;
    }

    // The highest number means "unchanged" to the kernel.
    private static bool TryReadNumber(string? text, out uint number)
    {
        number = 0;
        return Letters.AreDigits(text)
            && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number != uint.MaxValue;
    }
}
