using System;
using ChainServe.Connections;
using Uring;
using Uring.Abi;
using Uring.Operations;

namespace ChainServe.Chains;

/// <summary>
/// What a long body begins with: files_update(descriptor → slot) → close(descriptor). The file stays open in the
/// connection's slot, and the descriptor of the resolve is given back.
/// </summary>
internal static class InstallSteps
{
    internal const int Length = 2;

    /// <param name="chain">A chain with these steps and more left.</param>
    /// <param name="data">User data of the first step; the close counts on from it.</param>
    /// <param name="resources">The worker's.</param>
    /// <param name="id">The connection.</param>
    /// <param name="connection">Buffer and descriptor.</param>
    internal static void Prepare(
        ref Chain chain,
        UserData data,
        ChainResources resources,
        ConnectionId id,
        in Connection connection)
    {
        Span<int> descriptor = resources.ResponseBuffers.Descriptor(connection.Buffer);
        descriptor[0] = connection.Descriptor;
        chain.Next(data.Value).PrepareFilesUpdate(descriptor, resources.FileSlot(id));
        ref SubmissionQueueEntry close = ref chain.Next(data.NextStep().Value);
        close.PrepareClose(connection.Descriptor);
        close.Flags |= FileTree.EntryFlags(connection.IsRemote);
    }

    /// <summary>The first step has failed: the kernel had no room for it.</summary>
    internal static void CompleteFailure(int result)
    {
        Invariant.Require(result != -Errno.EFAULT && result != -Errno.EINVAL, "a slot is named rightly");
    }
}
