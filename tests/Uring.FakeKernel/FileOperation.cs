using System;
using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>Opening, reading, writing, closing and looking at files.</summary>
internal static class FileOperation
{
    internal static Issue Open(FakeRequest request)
    {
        FakeKernel kernel = request.Ring.Kernel;
        OpenHow how = request.How;
        if ((how.Flags & (OpenFlags.Create | OpenFlags.Truncate)) != 0)
        {
            throw new FakeKernelException("an open that creates or truncates is not modelled");
        }

        if (how.Mode != 0 || (how.Flags & OpenFlags.ReadWrite & OpenFlags.WriteOnly) != 0)
        {
            return request.Finish(how.Mode != 0 ? -Errno.EINVAL : -Errno.EACCES);
        }

        bool cachedOnly = (how.Resolve & ResolveFlags.Cached) != 0;
        int result = kernel.StartOf(request.Entry.FileDescriptor, request.Path, out IReadOnlyList<FakeNode> start);
        IReadOnlyList<FakeNode> trail = start;
        if (result == 0)
        {
            PathWalk walk = new PathWalk(start, how.Resolve, !cachedOnly && request.IsInWorker);
            result = walk.Find(request.Path, how.Flags, out trail);
        }

        if (result == -Errno.EAGAIN && !cachedOnly && !request.IsInWorker)
        {
            return Issue.Worker;
        }

        if (result < 0)
        {
            return request.Finish(result);
        }

        NodeFile file = new NodeFile(trail, (how.Flags & OpenFlags.Path) != 0);
        file.Hold();
        uint fileIndex = request.Entry.FileIndex;
        result = fileIndex != 0
            ? request.Ring.Install(fileIndex, file)
            : kernel.AddDescriptor(file, ownedByTest: false);
        file.Drop();
        return request.Finish(result);
    }

    internal static Issue Close(FakeRequest request)
    {
        FakeRing ring = request.Ring;
        uint fileIndex = request.Entry.FileIndex;
        if (fileIndex == 0)
        {
            return request.Finish(ring.Kernel.Close(request.Entry.FileDescriptor));
        }

        if (ring.Slots is null || fileIndex > ring.Slots.Length)
        {
            return request.Finish(ring.Slots is null ? -Errno.ENXIO : -Errno.EINVAL);
        }

        if (ring.Slots[fileIndex - 1] is null)
        {
            return request.Finish(-Errno.EBADF);
        }

        ring.SetSlot(fileIndex - 1, null);
        return request.Finish(0);
    }

    internal static Issue Read(FakeRequest request)
    {
        ref SubmissionQueueEntry entry = ref request.Entry;
        long length = entry.Length;
        if (request.Fault?.Kind == FaultKind.Short)
        {
            length = Math.Min(length, request.Fault.Value.Value);
        }

        Span<byte> target = UserMemory.Bytes(entry.Address, length);
        bool noWait = (entry.OperationFlags & (uint)ReadWriteFlags.NoWait) != 0;
        int result;
        switch (request.File)
        {
            case EventFile wake:
                result = wake.Read(target);
                break;
            case NodeFile file:
                bool regular = file.Node.Type == FileType.Regular;
                if (noWait && (!file.Node.Mount.SupportsNoWait || file.Node.Type == FileType.Fifo))
                {
                    return request.Finish(-Errno.EOPNOTSUPP);
                }

                if (noWait && regular && file.Node.ArePagesCold)
                {
                    return request.Finish(-Errno.EAGAIN);
                }

                if (regular && !request.IsInWorker && (file.Node.ArePagesCold || !file.Node.Mount.SupportsNoWait))
                {
                    return Issue.Worker;
                }

                result = file.Read(target, entry.Offset);
                break;
            case PipeFile pipe:
                result = pipe.Read(target);
                break;
            case FakeConnection connection:
                result = connection.Receive(target, peek: false);
                break;
            default:
                return request.Finish(-Errno.EINVAL);
        }

        if (result == -Errno.EAGAIN && !noWait)
        {
            return Issue.WaitReadable;
        }

        // A short read breaks the chain, also at the end of the file.
        return request.Finish(result, failed: result != (int)entry.Length);
    }

    internal static Issue Write(FakeRequest request)
    {
        ref SubmissionQueueEntry entry = ref request.Entry;
        ReadWriteFlags flags = (ReadWriteFlags)entry.OperationFlags;
        if (request.File is not NodeFile { Node.Type: FileType.Regular } file || flags != ReadWriteFlags.Append)
        {
            throw new FakeKernelException("only writes that append to a file are modelled");
        }

        if (!request.IsInWorker)
        {
            return Issue.Worker;
        }

        long length = entry.Length;
        if (request.Fault?.Kind == FaultKind.Short)
        {
            length = Math.Min(length, request.Fault.Value.Value);
        }

        int result = file.Append(UserMemory.Bytes(entry.Address, length));
        return request.Finish(result, failed: result != (int)entry.Length);
    }

    internal static Issue Status(FakeRequest request)
    {
        if (!request.IsInWorker)
        {
            return Issue.Worker;
        }

        FakeKernel kernel = request.Ring.Kernel;
        bool empty = (request.Entry.OperationFlags & (uint)AtFlags.EmptyPath) != 0 && request.Path.Length == 0;
        if (empty)
        {
            return request.FinishUnlooked(
                kernel.WriteStatus(request.Entry.FileDescriptor, request.Entry.Offset));
        }

        int result = kernel.StartOf(request.Entry.FileDescriptor, request.Path, out IReadOnlyList<FakeNode> start);
        if (result == 0)
        {
            PathWalk walk = new PathWalk(start, ResolveFlags.None, mayWait: true);
            result = walk.Find(request.Path, OpenFlags.ReadOnly, out IReadOnlyList<FakeNode> trail);
            if (result == 0)
            {
                UserMemory.Write(request.Entry.Offset, trail[^1].Status());
            }
        }

        return request.FinishUnlooked(result);
    }
}
