namespace Uring.FakeKernel;

/// <summary>What an operation's issue says.</summary>
internal enum Issue
{
    /// <summary>Done; the result stands in the request.</summary>
    Done,

    /// <summary>To be issued again when its file is ready.</summary>
    WaitReadable,

    /// <summary>To be issued again when its file is ready.</summary>
    WaitWritable,

    /// <summary>Only a worker can do it.</summary>
    Worker,

    /// <summary>Waits; the operation saw to it.</summary>
    Parked,

    /// <summary>To be issued in a worker, when its stall is over.</summary>
    Stalled,
}
