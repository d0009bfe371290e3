using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>A listening socket. The test connects clients to it; the server accepts from its
/// <see cref="Descriptor"/>.</summary>
public sealed class FakeListener
{
    internal FakeListener(int descriptor, ListenerFile file)
    {
        Descriptor = descriptor;
        File = file;
    }

    /// <summary>A normal descriptor of the server's process.</summary>
    public int Descriptor { get; }

    /// <summary>Connections that wait to be accepted.</summary>
    public int BacklogCount => File.Backlog.Count;

    internal ListenerFile File { get; }

    /// <summary>The next accept ends with this errno: EMFILE, ENFILE, ECONNABORTED, ENOBUFS, ENOMEM.</summary>
    public void QueueAcceptError(int errno)
    {
        File.Errors.Enqueue(errno);
        File.Waits.Wake(PollEvents.In);
    }
}
