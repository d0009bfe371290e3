using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>Requests that wait for an event. Exclusive ones (accepts) stand at the end and are woken one by one, in
/// the order in which they came; the others at the front, the latest first, as <c>add_wait_queue</c> does.</summary>
internal sealed class WaitQueue
{
    private readonly List<FakeRequest> _waiters = [];

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
