using System;

namespace ChainServe.Files;

/// <summary>Field lines of one response, twofold, since who may have it is not known when they are made.</summary>
/// <param name="Open">For a response that everybody may have.</param>
/// <param name="Guarded">For the same response to somebody who had to say a password, so that no shared cache keeps
/// it; the same array where that makes no difference.</param>
internal sealed record GuardedLines(byte[] Open, byte[] Guarded)
{
    public static readonly GuardedLines None = new([], []);

    public int LengthMax => Math.Max(Open.Length, Guarded.Length);

    public bool AreSame => ReferenceEquals(Open, Guarded);

    public byte[] For(bool isGuarded)
    {
        return isGuarded ? Guarded : Open;
    }
}
