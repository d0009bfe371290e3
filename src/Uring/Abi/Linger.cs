using System.Runtime.InteropServices;

namespace Uring.Abi;

/// <summary><c>struct linger</c>: the value of SO_LINGER.</summary>
[StructLayout(LayoutKind.Sequential, Size = 8)]
public struct Linger
{
    /// <summary><c>l_onoff</c>: 1 when <see cref="Seconds"/> counts.</summary>
    public int IsOn;

    /// <summary><c>l_linger</c>: how long a close waits; 0 resets the connection and throws away what is
    /// queued.</summary>
    public int Seconds;
}
