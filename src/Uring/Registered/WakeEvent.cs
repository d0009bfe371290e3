using System;
using System.Threading;
using Uring.Abi;
using Uring.Kernel;
using Uring.Operations;

namespace Uring.Registered;

/// <summary>
/// Wakes a ring from another thread: the ring keeps a read of an event descriptor armed, and <see cref="Signal"/>
/// completes it. Signals that arrive before the read is armed again are not lost, only added up.
/// </summary>
/// <remarks><c>eventfd(2)</c>; works on every kernel that has io_uring, unlike the ring-less message of 6.13.</remarks>
public sealed class WakeEvent : IDisposable
{
    private readonly IKernel _kernel;
    private readonly NativeRegion _counter;
    private readonly int _fileDescriptor;
    private readonly Lock _closing = new Lock();
    private bool _disposed;

    private WakeEvent(IKernel kernel, int fileDescriptor)
    {
        _kernel = kernel;
        _fileDescriptor = fileDescriptor;
        _counter = NativeRegion.Allocate(sizeof(ulong));
    }

    /// <summary>Makes an event.</summary>
    /// <param name="kernel">The kernel of the ring.</param>
    /// <returns>The event; dispose it after the ring.</returns>
    /// <exception cref="RingException">EMFILE, ENFILE, ENOMEM.</exception>
    public static WakeEvent Create(IKernel kernel)
    {
        int descriptor = kernel.CreateEvent();
        return descriptor >= 0 ? new WakeEvent(kernel, descriptor) : throw new RingException("eventfd", -descriptor);
    }

    /// <summary>Prepares the read that a signal completes; the ring's thread calls it again after each completion.
    /// </summary>
    /// <param name="entry">A reserved entry.</param>
    public void PrepareWait(ref SubmissionQueueEntry entry)
    {
        entry.PrepareRead(_fileDescriptor, _counter.Slice(0, sizeof(ulong)), 0);
    }

    /// <summary>Wakes the ring. From any thread, also while another disposes the event: then it does nothing.</summary>
    /// <returns>0, or -errno: EBADF after <see cref="Dispose"/>.</returns>
    public int Signal()
    {
        // Without the lock a late signal could write into whatever file got the number after the close.
        lock (_closing)
        {
            return _disposed ? -Errno.EBADF : _kernel.SignalEvent(_fileDescriptor);
        }
    }

    /// <summary>Closes the descriptor and leaves the counter: for a ring that was disposed with the read in flight,
    /// which may still write to it.</summary>
    public void Abandon()
    {
        Close();
    }

    /// <summary>Closes the descriptor and frees the counter.</summary>
    public void Dispose()
    {
        if (Close())
        {
            _counter.Dispose();
        }
    }

    private bool Close()
    {
        lock (_closing)
        {
            if (_disposed)
            {
                return false;
            }

            _disposed = true;
            _kernel.Close(_fileDescriptor);
            return true;
        }
    }
}
