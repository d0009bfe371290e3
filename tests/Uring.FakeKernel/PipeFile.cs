using System;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>One end of a pipe.</summary>
internal sealed class PipeFile : OpenFile
{
    internal PipeFile(FakePipe pipe, bool isWriteEnd)
    {
        Pipe = pipe;
        IsWriteEnd = isWriteEnd;
    }

    internal FakePipe Pipe { get; }

    internal bool IsWriteEnd { get; }

    internal override string Kind => "pipe";

    internal override WaitQueue Waits => IsWriteEnd ? base.Waits : Pipe.ReaderWaits;

    internal override PollEvents Poll()
    {
        // Nothing waits for room in a pipe: a splice that does not find it has failed.
        if (IsWriteEnd)
        {
            throw new FakeKernelException("a poll of a pipe's write end is not modelled");
        }

        PollEvents events = Pipe.Count > 0 ? PollEvents.In : PollEvents.None;
        return Pipe.HasWriter ? events : events | PollEvents.HangUp;
    }

    internal int Read(Span<byte> target)
    {
        if (IsWriteEnd)
        {
            return -Errno.EBADF;
        }

        if (Pipe.Count == 0 && target.Length > 0)
        {
            return Pipe.HasWriter ? -Errno.EAGAIN : 0;
        }

        byte[] bytes = Pipe.Peek(target.Length);
        bytes.CopyTo(target);
        Pipe.Discard(bytes.Length);
        return bytes.Length;
    }

    protected override void Released()
    {
        if (IsWriteEnd)
        {
            Pipe.HasWriter = false;
            Pipe.ReaderWaits.Wake(PollEvents.HangUp);
        }
        else
        {
            Pipe.HasReader = false;
        }
    }
}
