using System;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>
/// <c>do_splice</c>, from a regular file into a pipe and from a pipe into a socket or the sink. What would hold a
/// kernel worker (a full or empty pipe without SPLICE_F_NONBLOCK, a socket that waits) throws: nothing could end it.
/// </summary>
internal static class SpliceOperation
{
    private const ulong NoOffset = ulong.MaxValue;

    internal static Issue Splice(FakeRequest request)
    {
        if (!request.IsInWorker)
        {
            return Issue.Worker;
        }

        ref SubmissionQueueEntry entry = ref request.Entry;
        bool fromSlot = ((SpliceFlags)entry.OperationFlags & SpliceFlags.FdInFixed) != 0;
        OpenFile? input = fromSlot
            ? request.Ring.SlotAt(entry.SpliceFileDescriptorIn)
            : request.Ring.Kernel.FileAt(entry.SpliceFileDescriptorIn);
        if (input is null)
        {
            return request.Finish(-Errno.EBADF);
        }

        int length = checked((int)entry.Length);
        int limit = request.Fault?.Kind == FaultKind.Short ? Math.Min(length, request.Fault.Value.Value) : length;
        int result = limit == 0 ? 0 : Move(entry, input, request.File!, limit);
        return request.Finish(result, failed: result != length);
    }

    private static int Move(in SubmissionQueueEntry entry, OpenFile input, OpenFile output, int length)
    {
        bool readable = input is not (SinkFile or PipeFile { IsWriteEnd: true });
        bool writable = output is not (NodeFile or PipeFile { IsWriteEnd: false });
        if (!readable || !writable)
        {
            return -Errno.EBADF;
        }

        bool waits = ((SpliceFlags)entry.OperationFlags & SpliceFlags.NonBlock) == 0;
        return (input, output) switch
        {
            (NodeFile file, PipeFile pipe) => entry.Offset != NoOffset
                ? -Errno.ESPIPE
                : FromFile(file, entry.SpliceOffsetIn, pipe.Pipe, length, waits),
            (PipeFile, PipeFile) => throw new FakeKernelException("a splice between pipes is not modelled"),
            (PipeFile pipe, _) => entry.SpliceOffsetIn != NoOffset
                ? -Errno.ESPIPE
                : FromPipe(pipe.Pipe, output, entry.Offset, length, waits),
            (NodeFile, _) => -Errno.EINVAL,
            _ => throw new FakeKernelException($"a splice from a {input.Kind} is not modelled"),
        };
    }

    private static int FromFile(NodeFile file, ulong offset, FakePipe pipe, int length, bool waits)
    {
        if (file.Node.Type != FileType.Regular || offset == NoOffset)
        {
            throw new FakeKernelException("a splice from a file's own position, or of another kind, is not modelled");
        }

        if (!pipe.HasReader)
        {
            return -Errno.EPIPE;
        }

        if (pipe.FreePlaces == 0)
        {
            return waits ? throw WouldHang("a full pipe") : -Errno.EAGAIN;
        }

        // A worker may wait: cold pages, and file systems without RWF_NOWAIT, are read like others.
        byte[] bytes = new byte[Math.Min(length, (long)pipe.FreePlaces * FakePipe.PageLength)];
        int count = file.Read(bytes, offset);
        return count <= 0 ? count : pipe.Put(bytes.AsSpan(0, count), offset);
    }

    private static int FromPipe(FakePipe pipe, OpenFile output, ulong offset, int length, bool waits)
    {
        if (output is FakeConnection && offset != NoOffset)
        {
            return -Errno.EINVAL;
        }

        if (pipe.Count == 0)
        {
            return !pipe.HasWriter ? 0 : waits ? throw WouldHang("an empty pipe") : -Errno.EAGAIN;
        }

        byte[] bytes = pipe.Peek(length);
        int moved = output switch
        {
            SinkFile => bytes.Length,
            FakeConnection { IsNonBlocking: true } connection => connection.Send(bytes),
            FakeConnection => throw WouldHang("a socket without SOCK_NONBLOCK"),
            _ => throw new FakeKernelException($"a splice into a {output.Kind} is not modelled"),
        };
        pipe.Discard(Math.Max(moved, 0));
        return moved;
    }

    private static FakeKernelException WouldHang(string what)
    {
        return new FakeKernelException($"a splice would hold a kernel worker at {what}, and nothing could cancel it");
    }
}
