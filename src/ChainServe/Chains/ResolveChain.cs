using System;
using ChainServe.Connections;
using Uring;
using Uring.Abi;
using Uring.Operations;

namespace ChainServe.Chains;

/// <summary>What an open for a resolve found, or the read behind it.</summary>
internal enum ResolveOutcome : byte
{
    /// <summary>A descriptor: the connection's to close.</summary>
    Opened,

    /// <summary>The bytes that the file had.</summary>
    Read,

    /// <summary>No such name, or one that leads out of the root.</summary>
    Missing,

    /// <summary>The server may not read it.</summary>
    Forbidden,

    /// <summary>Something that is never served: a socket, a device without driver.</summary>
    NotServed,

    /// <summary>The tree changed during the walk, or the file while it was read: once more.</summary>
    Retry,

    /// <summary>No descriptor or memory for the moment.</summary>
    OutOfResources,

    /// <summary>The disk or file system failed.</summary>
    Failed,
}

/// <summary>
/// The cold path: openat2 beneath the root into a normal descriptor, because facts come from fstat, which takes no
/// slot;
/// for a small file read(length + 1) from that descriptor; then send → close(descriptor) [→ close_direct(socket)] with
/// the facts made of it. Head and body belong to one open file, whatever happens to its name meanwhile.
/// </summary>
internal static class ResolveChain
{
    internal enum Step : byte
    {
        /// <summary>Reports always: the descriptor, or why there is none.</summary>
        Open = 0,

        /// <summary>Reports always.</summary>
        Read = 1,

        /// <summary>Silent on success; a failure, or too few bytes, ends the chain with the descriptor
        /// open.</summary>
        Send = 2,

        /// <summary>Ends the chain, when the connection goes on.</summary>
        CloseDescriptor = 3,

        /// <summary>Ends the chain and the connection.</summary>
        CloseSocket = 4,

        /// <summary>Reports always: what was opened. Only where the worker makes no system calls, or one might
        /// wait.</summary>
        Inspect = 5,

        /// <summary>Reports always: the same after the read.</summary>
        InspectAgain = 6,

        /// <summary>Reports always: the same after a job has read the file.</summary>
        InspectWork = 7,
    }

    internal static void PrepareOpen(
        ChainResources resources,
        ConnectionId id,
        in FileTree tree,
        int buffer,
        int pathLength)
    {
        Span<byte> path = resources.ResponseBuffers.Path(buffer)[..pathLength];
        ref SubmissionQueueEntry entry = ref resources.Ring.Next(Data(Step.Open, id));
        entry.PrepareOpenAt2(tree.Root, path, resources.DescriptorHow(tree));
        entry.Flags |= FileTree.EntryFlags(tree.IsRemote);
    }

    /// <summary>Asks what the descriptor is. In the ring it always takes a kernel worker, and ten times the time of the
    /// system call.</summary>
    /// <param name="resources">The worker's.</param>
    /// <param name="id">The connection.</param>
    /// <param name="descriptor">The descriptor of the resolve.</param>
    /// <param name="buffer">The connection's response buffer.</param>
    /// <param name="step">Before the read, or behind it.</param>
    internal static void PrepareInspect(
        ChainResources resources,
        ConnectionId id,
        int descriptor,
        int buffer,
        Step step)
    {
        resources.Ring.Next(Data(step, id)).PrepareStatx(
            descriptor,
            resources.EmptyPath,
            AtFlags.EmptyPath,
            StatxMask.BasicStats,
            ref resources.ResponseBuffers.Status(buffer));
    }

    /// <summary>Reads the file from its beginning.</summary>
    /// <param name="resources">The worker's.</param>
    /// <param name="id">The connection.</param>
    /// <param name="connection">With the descriptor of the resolve.</param>
    /// <param name="target">As long as the file, or longer.</param>
    /// <param name="mayWait">Whether the read may wait.</param>
    internal static void PrepareRead(
        ChainResources resources,
        ConnectionId id,
        in Connection connection,
        Span<byte> target,
        bool mayWait)
    {
        ref SubmissionQueueEntry entry = ref resources.Ring.Next(Data(Step.Read, id));
        entry.PrepareRead(
            connection.Descriptor, target, 0, FileChain.ReadFlags(resources, mayWait || connection.IsRemote));
        entry.Flags |= FileTree.EntryFlags(connection.IsRemote);
    }

    /// <summary>Sends from the buffer and closes the descriptor, which is the kernel's from here on: it stands in the
    /// buffer, for the case that the chain ends before the close.</summary>
    /// <param name="resources">The worker's.</param>
    /// <param name="id">The connection.</param>
    /// <param name="connection">With the descriptor of the resolve.</param>
    /// <param name="bytes">Head and body, or what is left of them.</param>
    internal static void PrepareSend(
        ChainResources resources,
        ConnectionId id,
        in Connection connection,
        ReadOnlySpan<byte> bytes)
    {
        resources.ResponseBuffers.Descriptor(connection.Buffer)[0] = connection.Descriptor;
        Chain chain = resources.Ring.BeginChain(ResponseTail.Length(connection.ClosesSocket));
        ResponseTail.Prepare(
            ref chain,
            new UserData(Data(Step.Send, id)),
            id,
            connection.Descriptor,
            bytes,
            connection.ClosesSocket,
            connection.IsRemote);
    }

    /// <summary>Closes a descriptor that no chain will close.</summary>
    /// <param name="resources">The worker's.</param>
    /// <param name="id">The connection.</param>
    /// <param name="descriptor">The descriptor of the resolve.</param>
    /// <param name="isRemote">Whether the close may wait for somebody else.</param>
    internal static void PrepareCloseDescriptor(
        ChainResources resources,
        ConnectionId id,
        int descriptor,
        bool isRemote)
    {
        Chain chain = resources.Ring.BeginChain(1);
        ref SubmissionQueueEntry entry = ref chain.LastSilent(UserData.Of(DetachedStep.Close, id));
        entry.PrepareClose(descriptor);
        entry.Flags |= FileTree.EntryFlags(isRemote);
    }

    internal static ResolveOutcome CompleteOpen(int result)
    {
        switch (result)
        {
            case >= 0:
                return ResolveOutcome.Opened;
            case -Errno.ENOENT:
            case -Errno.ENOTDIR:
            case -Errno.ENAMETOOLONG:
            case -Errno.EINVAL: // A name that the file system does not allow, as one that folds case strictly.
            case -Errno.EXDEV: // A symbolic link out of the root: whether the file exists is nobody's business.
            case -Errno.ELOOP:
                return ResolveOutcome.Missing;
            case -Errno.EACCES:
            case -Errno.EPERM:
                return ResolveOutcome.Forbidden;
            case -Errno.ENXIO:
            case -Errno.ENODEV:
            case -Errno.EBUSY:
                return ResolveOutcome.NotServed;
            case -Errno.EAGAIN:
            case -Errno.EINTR:
            case -Errno.ESTALE:
                return ResolveOutcome.Retry;
            case -Errno.EMFILE:
            case -Errno.ENFILE:
            case -Errno.ENOMEM:
            case -Errno.ENOBUFS:
                return ResolveOutcome.OutOfResources;
            default:
                return ResolveOutcome.Failed;
        }
    }

    /// <param name="result">From the completion.</param>
    /// <param name="length">Bytes that the file had when it was opened.</param>
    internal static ResolveOutcome CompleteRead(int result, long length)
    {
        return result switch
        {
            >= 0 => result == length ? ResolveOutcome.Read : ResolveOutcome.Retry,
            -Errno.EAGAIN or -Errno.EINTR or -Errno.ESTALE => ResolveOutcome.Retry,
            -Errno.ENOMEM or -Errno.ENOBUFS => ResolveOutcome.OutOfResources,
            _ => ResolveOutcome.Failed,
        };
    }

    internal static TailOutcome CompleteTail(Step step, int result)
    {
        return step switch
        {
            Step.Send => ResponseTail.CompleteSend(result),
            Step.CloseDescriptor => ResponseTail.CompleteClose(result, isSocket: false),
            Step.CloseSocket => ResponseTail.CompleteClose(result, isSocket: true),
            _ => TailOutcome.Unexpected,
        };
    }

    private static ulong Data(Step step, ConnectionId id)
    {
        return UserData.Of(ChainKind.Resolve, (byte)step, id);
    }
}
