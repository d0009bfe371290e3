using System;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>Accepting, receiving, sending and shutting down.</summary>
internal static class SocketOperation
{
    internal static Issue Accept(FakeRequest request)
    {
        ref SubmissionQueueEntry entry = ref request.Entry;
        if (request.File is not ListenerFile listener)
        {
            return request.Finish(request.File is FakeConnection ? -Errno.EINVAL : -Errno.ENOTSOCK);
        }

        AcceptFlags flags = (AcceptFlags)entry.IoPriority;
        if (!request.WasPolled && (flags & AcceptFlags.PollFirst) != 0)
        {
            return Issue.WaitReadable;
        }

        if (listener.Errors.TryDequeue(out int error))
        {
            return request.Finish(-error);
        }

        if (!listener.Backlog.TryDequeue(out FakeConnection? connection))
        {
            return (flags & AcceptFlags.DontWait) != 0 ? request.Finish(-Errno.EAGAIN) : Issue.WaitReadable;
        }

        request.ResultFlags = listener.Backlog.Count > 0 ? CompletionFlags.SocketNonEmpty : CompletionFlags.None;
        connection.IsNonBlocking = (entry.OperationFlags & (uint)SocketCreationFlags.NonBlock) != 0;
        if (entry.Address != 0)
        {
            WriteAddress(connection.Client.Address, entry.Address, entry.Offset);
        }

        connection.Hold();
        int result = entry.FileIndex != 0
            ? request.Ring.Install(entry.FileIndex, connection)
            : request.Ring.Kernel.AddDescriptor(connection, ownedByTest: false);
        connection.Drop();
        return request.Finish(result);
    }

    internal static Issue Receive(FakeRequest request)
    {
        if (request.File is not FakeConnection connection)
        {
            return request.Finish(request.File is ListenerFile ? -Errno.ENOTCONN : -Errno.ENOTSOCK);
        }

        ref SubmissionQueueEntry entry = ref request.Entry;
        if (!request.WasPolled && (entry.IoPriority & (ushort)ReceiveSendFlags.PollFirst) != 0)
        {
            return Issue.WaitReadable;
        }

        ulong address = entry.Address;
        long length = entry.Length;
        FakeBufferRing? buffers = null;
        BufferRingEntry buffer = default;
        if ((entry.Flags & SubmissionFlags.BufferSelect) != 0)
        {
            // A buffer must be there before the data is: an empty group fails a receive that would have to wait, too.
            if (!request.Ring.BufferRings.TryGetValue(entry.BufferGroup, out buffers) || !buffers.TryPeek(out buffer))
            {
                return request.Finish(-Errno.ENOBUFS);
            }

            address = buffer.Address;
            length = length == 0 ? buffer.Length : Math.Min(length, buffer.Length);
        }

        return Receive(request, connection, UserMemory.Bytes(address, length), buffers, buffer.BufferId);
    }

    internal static Issue Send(FakeRequest request)
    {
        if (request.File is not FakeConnection connection)
        {
            return request.Finish(request.File is ListenerFile ? -Errno.EPIPE : -Errno.ENOTSOCK);
        }

        if (!request.WasPolled && (request.Entry.IoPriority & (ushort)ReceiveSendFlags.PollFirst) != 0)
        {
            return Issue.WaitWritable;
        }

        ReadOnlySpan<byte> all = Gather(request);
        int limit = all.Length;
        bool isShort = request.Fault is { Kind: FaultKind.Short } fault && fault.Value < limit;
        limit = isShort ? request.Fault!.Value.Value : limit;
        int result = connection.Send(all[request.MovedCount..limit]);
        if (result == -Errno.EAGAIN)
        {
            return (request.MessageFlags & MessageFlags.DontWait) != 0
                ? FinishPartly(request, -Errno.EAGAIN)
                : Issue.WaitWritable;
        }

        if (result < 0)
        {
            return FinishPartly(request, result);
        }

        request.MovedCount += result;
        if (request.WaitsForAll && request.MovedCount < limit)
        {
            return (request.MessageFlags & MessageFlags.DontWait) != 0
                ? FinishPartly(request, -Errno.EAGAIN)
                : Issue.WaitWritable;
        }

        return request.Finish(request.MovedCount, failed: request.WaitsForAll && isShort);
    }

    internal static Issue Shutdown(FakeRequest request)
    {
        if (!request.IsInWorker)
        {
            return Issue.Worker;
        }

        return request.FinishUnlooked(request.File switch
        {
            FakeConnection connection => connection.Shutdown((ShutdownDirection)request.Entry.Length),
            ListenerFile => -Errno.ENOTCONN,
            _ => -Errno.ENOTSOCK,
        });
    }

    internal static Issue Command(FakeRequest request)
    {
        return request.Finish((request.File, (SocketCommand)request.Entry.Offset) switch
        {
            (FakeConnection connection, SocketCommand.InputQueue) => connection.ReceivedCount,
            (FakeConnection connection, SocketCommand.OutputQueue) => connection.Client.UnreadCount,
            (FakeConnection connection, SocketCommand.SetOption) => SetOption(connection, request.Entry),
            (ListenerFile, SocketCommand.InputQueue or SocketCommand.OutputQueue) => -Errno.EINVAL,
            _ => -Errno.EOPNOTSUPP,
        });
    }

    private static int SetOption(FakeConnection connection, SubmissionQueueEntry entry)
    {
        const ulong Linger = (ulong)SocketLevel.Socket | ((ulong)SocketOption.Linger << 32);
        if (entry.Address != Linger)
        {
            throw new FakeKernelException("of a socket's options only SO_LINGER is modelled");
        }

        if (entry.FileIndex < 8)
        {
            return -Errno.EINVAL;
        }

        Linger value = UserMemory.Read<Linger>(entry.Address3);
        connection.ResetsAtClose = value.IsOn != 0 && value.Seconds == 0;
        return 0;
    }

    private static Issue Receive(
        FakeRequest request,
        FakeConnection connection,
        Span<byte> target,
        FakeBufferRing? buffers,
        ushort bufferId)
    {
        bool isShort = request.Fault is { Kind: FaultKind.Short };
        int limit = isShort ? Math.Min(target.Length, request.Fault!.Value.Value) : target.Length;
        bool dontWait = (request.MessageFlags & MessageFlags.DontWait) != 0;
        bool peek = (request.MessageFlags & MessageFlags.Peek) != 0;
        Span<byte> free = target[request.MovedCount..Math.Max(limit, request.MovedCount)];
        int result = isShort && limit == 0 ? 0 : connection.Receive(free, peek);
        if (result == -Errno.EAGAIN && !dontWait)
        {
            return Issue.WaitReadable;
        }

        if (result < 0)
        {
            return FinishPartly(request, result);
        }

        request.MovedCount += result;
        bool incomplete = request.WaitsForAll && request.MovedCount < target.Length;
        if (incomplete && result > 0 && !dontWait && !isShort)
        {
            return Issue.WaitReadable;
        }

        request.ResultFlags = connection.HasMore ? CompletionFlags.SocketNonEmpty : CompletionFlags.None;
        if (buffers is not null && request.MovedCount > 0)
        {
            buffers.Commit();
            request.ResultFlags |= CompletionFlags.Buffer | (CompletionFlags)((uint)bufferId << 16);
        }

        return request.Finish(request.MovedCount, failed: incomplete);
    }

    // sockaddr_in of a client on the loopback; its length is cut to the room, and told in full.
    private static void WriteAddress(ReadOnlySpan<byte> all, ulong address, ulong length)
    {
        int room = Math.Min((int)UserMemory.Read<uint>(length), all.Length);
        all[..room].CopyTo(UserMemory.Bytes(address, room));
        UserMemory.Write(length, (uint)all.Length);
    }

    private static Issue FinishPartly(FakeRequest request, int result)
    {
        request.Finish(result);
        request.Result = request.MovedCount > 0 ? request.MovedCount : result;
        return Issue.Done;
    }

    private static ReadOnlySpan<byte> Gather(FakeRequest request)
    {
        if (request.Entry.Opcode == Opcode.Send)
        {
            return UserMemory.Bytes(request.Entry.Address, request.Entry.Length);
        }

        long length = 0;
        foreach (IoVector vector in request.Vectors)
        {
            length += (long)vector.Length;
        }

        byte[] all = new byte[length];
        int offset = 0;
        foreach (IoVector vector in request.Vectors)
        {
            UserMemory.Bytes(vector.Address, (long)vector.Length).CopyTo(all.AsSpan(offset));
            offset += (int)vector.Length;
        }

        return all;
    }
}
