using System;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary><c>eventfd(2)</c>: reads wait until the counter is above zero.</summary>
internal sealed class EventFile : OpenFile
{
    private ulong _counter;

    internal override string Kind => "event";

    internal override PollEvents Poll()
    {
        return _counter > 0 ? PollEvents.In | PollEvents.Out : PollEvents.Out;
    }

    internal void Signal()
    {
        _counter++;
        Waits.Wake(PollEvents.In);
    }

    internal int Read(Span<byte> target)
    {
        if (target.Length < sizeof(ulong))
        {
            return -Errno.EINVAL;
        }

        if (_counter == 0)
        {
            return -Errno.EAGAIN;
        }

        BitConverter.TryWriteBytes(target, _counter);
        _counter = 0;
        return sizeof(ulong);
    }
}
