using System;

namespace ChainServe.Configuration;

/// <summary>The bound form of <see cref="AuthRule"/>.</summary>
internal sealed class AuthSettings
{
    public string? Path { get; set; }

    public AuthUserSettings[]? Users { get; set; }

    internal AuthRule ToRule()
    {
        var defaults = new AuthRule();
        return new AuthRule
        {
            Path = Path ?? defaults.Path,
            Users = Users is null ? defaults.Users : Array.ConvertAll(Users, user => user.ToUser()),
        };
    }
}

/// <summary>The bound form of <see cref="AuthUser"/>.</summary>
internal sealed class AuthUserSettings
{
    public string? Name { get; set; }

    public string? Hash { get; set; }

    internal AuthUser ToUser()
    {
        var defaults = new AuthUser();
        return new AuthUser { Name = Name ?? defaults.Name, Hash = Hash ?? defaults.Hash };
    }
}
