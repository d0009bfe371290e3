using ChainServe.Connections;
using Uring.Abi;
using Uring.Operations;

namespace ChainServe.Chains;

/// <summary>
/// splice(pipe → sink), alone: empties a pipe in which a broken <see cref="SpliceChain"/> has left bytes. It belongs to
/// the pipe, not to the connection, which may be gone by then.
/// </summary>
internal static class PipeChain
{
    internal static void PrepareEmptying(ChainResources resources, PipePool pipes, int pipe, int bytes)
    {
        pipes.BeginEmptying(pipe, bytes);
        resources.Ring.Next(UserData.Of(ChainKind.Pipe, 0, new ConnectionId(pipe, 0))).PrepareSplice(
            pipes[pipe].ReadEnd, -1, pipes.Sink, -1, (uint)bytes, SpliceFlags.NonBlock);
    }
}
