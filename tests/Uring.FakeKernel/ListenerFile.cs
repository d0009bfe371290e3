using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>The listener as its descriptor holds it.</summary>
internal sealed class ListenerFile : OpenFile
{
    internal Queue<FakeConnection> Backlog { get; } = new Queue<FakeConnection>();

    internal Queue<int> Errors { get; } = new Queue<int>();

    internal override string Kind => "listener";

    internal override PollEvents Poll()
    {
        return Backlog.Count + Errors.Count > 0 ? PollEvents.In : PollEvents.None;
    }

    internal void Connect(FakeConnection connection)
    {
        Backlog.Enqueue(connection);
        Waits.Wake(PollEvents.In);
    }

    protected override void Released()
    {
        // Connections that nobody accepted are reset when their listener goes.
        while (Backlog.TryDequeue(out FakeConnection? connection))
        {
            connection.Client.MarkReset();
        }
    }
}
