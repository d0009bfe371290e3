using System;

namespace ChainServe.Http;

/// <summary>The options of the Connection field that mean something to a server (RFC 9110 §7.6.1).</summary>
[Flags]
internal enum ConnectionTokens : byte
{
    None = 0,
    Close = 1,
    KeepAlive = 2,
}
