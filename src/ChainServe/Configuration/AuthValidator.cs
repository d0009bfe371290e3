using System;
using System.Collections.Generic;
using System.Globalization;

namespace ChainServe.Configuration;

/// <summary>The rules of <see cref="SitePolicy.Auth"/>.</summary>
internal static class AuthValidator
{
    internal static void CheckRule(AuthRule[] rules, int index, string key, List<OptionError> errors)
    {
        AuthRule rule = rules[index];
        if (!PathSyntax.IsRequestPath(rule.Path))
        {
            errors.Add(new OptionError($"{key}:Path", rule.Path, PathSyntax.RequestPath));
        }
        else if (Array.FindIndex(rules, other => other.Path == rule.Path) < index)
        {
            errors.Add(new OptionError($"{key}:Path", rule.Path, "each path once"));
        }

        if (rule.Users.Length == 0)
        {
            errors.Add(new OptionError($"{key}:Users", "", "at least one user, with a Name and a Hash"));
        }

        for (int i = 0; i < rule.Users.Length; i++)
        {
            CheckUser(rule.Users, i, string.Create(CultureInfo.InvariantCulture, $"{key}:Users:{i}"), errors);
        }
    }

    private static void CheckUser(AuthUser[] users, int index, string key, List<OptionError> errors)
    {
        // The colon ends the name in the credentials (RFC 7617 §2).
        AuthUser user = users[index];
        if (user.Name.Length == 0 || user.Name.Contains(':') || Letters.HasControl(user.Name))
        {
            errors.Add(new OptionError($"{key}:Name", user.Name, "a name without a colon"));
        }
        else if (Array.FindIndex(users, other => other.Name == user.Name) < index)
        {
            errors.Add(new OptionError($"{key}:Name", user.Name, "each name once"));
        }

        if (!PasswordHash.IsValid(user.Hash))
        {
            // Not the value: it may be a password that somebody did not hash.
            const string Allowed = "bcrypt ($2b$…, cost 04 to 16), or $pbkdf2-sha256$ or $pbkdf2-sha512$ with "
                + "iterations (1000 to 10000000), salt and hash in base64";
            errors.Add(new OptionError($"{key}:Hash", PasswordHash.SchemeOf(user.Hash), Allowed));
        }
    }
}
