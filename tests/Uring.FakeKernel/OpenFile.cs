using System;
using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>Requests that wait for an event. Exclusive ones (accepts) stand at the end and are woken one by one, in
/// the order in which they came; the others at the front, the latest first, as <c>add_wait_queue</c> does.</summary>
internal sealed class WaitQueue
{
    private readonly List<FakeRequest> _waiters = [];

    internal int Count => _waiters.Count;

    internal void Add(FakeRequest request)
    {
        if (request.Entry.Opcode == Opcode.Accept)
        {
            _waiters.Add(request);
        }
        else
        {
            _waiters.Insert(0, request);
        }
    }

    internal void Remove(FakeRequest request)
    {
        _waiters.Remove(request);
    }

    internal void Wake(PollEvents events)
    {
        PollEvents always = PollEvents.Error | PollEvents.HangUp;
        foreach (FakeRequest request in _waiters.ToArray())
        {
            if ((events & (request.WaitsFor | always)) == 0)
            {
                continue;
            }

            _waiters.Remove(request);
            request.Ring.QueueWork(WorkKind.Poll, request);
            if (request.Entry.Opcode == Opcode.Accept)
            {
                break;
            }
        }
    }
}

/// <summary><c>struct file</c>: what slots, descriptors and running requests hold. The last of them closes
/// it.</summary>
internal abstract class OpenFile
{
    private int _references;

    internal abstract string Kind { get; }

    internal virtual WaitQueue Waits { get; } = new WaitQueue();

    internal bool IsClosed => _references == 0;

    internal abstract PollEvents Poll();

    internal OpenFile Hold()
    {
        _references++;
        return this;
    }

    internal void Drop()
    {
        if (--_references == 0)
        {
            Released();
        }
    }

    protected virtual void Released()
    {
    }
}

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
