using System;

namespace ChainServe.Hosting;

/// <summary>The check of a name and a password against a hash.</summary>
internal sealed class PasswordJob : Job
{
    private readonly Authenticator _authenticator;
    private readonly byte[] _name;
    private readonly byte[] _password;
    private readonly long _nowMilliseconds;

    internal PasswordJob(
        Authenticator authenticator,
        ProtectedPath rule,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> password,
        long nowMilliseconds)
    {
        _authenticator = authenticator;
        Rule = rule;
        _name = name.ToArray();
        _password = password.ToArray();
        _nowMilliseconds = nowMilliseconds;
    }

    internal ProtectedPath Rule { get; }

    internal ReadOnlySpan<byte> Name => _name;

    internal bool IsRight { get; private set; }

    protected override void Work()
    {
        IsRight = _authenticator.Check(Rule, _name, _password, _nowMilliseconds);
        Array.Clear(_password);
    }
}
