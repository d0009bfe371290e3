using System;
using Uring;
using Uring.Abi;
using Uring.Examples;
using Uring.Operations;
using Uring.Registered;

using Load load = new Load(args); // The listener, and the clients of the count.
uint connections = load.Loop == "single" ? 1u : 256u;
using NativeRegion memory = NativeRegion.Allocate(connections * 1024); // Freed after the ring: using ends in reverse.
using Ring ring = Ring.Create(new RingOptions { SubmissionEntries = 512 });
FixedFileTable.Register(ring, (int)connections); // Connection i lives in slot i and costs no descriptor.
for (uint slot = 0; slot < connections; slot++)
{
    Start(Step.Accept, slot, 0);
}

while (load.Served < load.Clients)
{
    ring.SubmitAndWait(load.CompletionsToWaitFor, 5); // The only system call: submits all, then waits, 5 ms at most.
    uint ready = ring.CompletionQueue.ReadyCount;
    for (uint index = 0; index < ready; index++)
    {
        CompletionQueueEntry completion = ring.CompletionQueue[index];
        (Step step, uint slot) = ((Step)(completion.UserData >> 32), (uint)completion.UserData);
        Start(load.StepAfter(step, completion.Result), slot, completion.Result);
    }

    ring.CompletionQueue.Advance(ready);
}

load.Print(ring.EnterCount);

void Start(Step step, uint slot, int length)
{
    if (load.Loop == "chain" && (step is Step.Accept or Step.Send))
    {
        Chain chain = ring.BeginChain(2); // accept → receive, or send → close: one completion for the two.
        Prepare(ref chain.Next(Load.Tag(step, slot)), step, slot, length);
        Prepare(ref chain.Last(Load.Tag(step + 1, slot)), step + 1, slot, length);
        return;
    }

    Prepare(ref ring.Next(Load.Tag(step, slot)), step, slot, length);
}

void Prepare(ref SubmissionQueueEntry entry, Step step, uint slot, int length)
{
    Span<byte> buffer = memory.Slice(slot * 1024, 1024);
    FixedFileSlot connection = new FixedFileSlot((int)slot);
    switch (step)
    {
        case Step.Accept: entry.PrepareAcceptDirect(load.Listener, SocketCreationFlags.None, connection); break;
        case Step.Receive: entry.PrepareReceive(connection, buffer, MessageFlags.None); break;
        case Step.Send: entry.PrepareSend(connection, buffer[..length], MessageFlags.WaitAll); break;
        default: entry.PrepareCloseDirect(connection); break;
    }
}
