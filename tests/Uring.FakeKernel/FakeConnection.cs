using System;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>
/// The server's end of a connection. What it sent and the client did not read yet occupies the send buffer; what the
/// client sent waits in the receive buffer, which has no limit. Errors follow Linux's TCP: a reset gives ECONNRESET
/// once (EPIPE behind a FIN), then EPIPE to senders and the end of the stream to receivers.
/// </summary>
internal sealed class FakeConnection : OpenFile
{
    private readonly ByteQueue _received = new ByteQueue();
    private int _error;
    private bool _finReceived;
    private bool _isReset;
    private bool _readShut;
    private bool _writeShut;

    internal FakeConnection(Func<long> now)
    {
        Client = new FakeClient(this, now);
    }

    internal override string Kind => "socket";

    internal FakeClient Client { get; }

    /// <summary>Accepted with SOCK_NONBLOCK. A splice looks at it. Receives and sends wait all the same; that a message
    /// which a kernel worker sends does not is not modelled.</summary>
    internal bool IsNonBlocking { get; set; }

    /// <summary>Bytes that wait to be received.</summary>
    internal int ReceivedCount => _received.Count;

    private int Free => Math.Max(0, Client.ServerSendBufferLength - Client.UnreadCount);

    internal override PollEvents Poll()
    {
        PollEvents events = PollEvents.None;
        if (_received.Count > 0 || _finReceived || _isReset || _readShut)
        {
            events |= PollEvents.In;
        }

        if (_finReceived || _isReset || _readShut)
        {
            events |= PollEvents.ReadHangUp;
        }

        // sk_stream_is_writeable: a writer is not woken for every byte that leaves, but when a third is free.
        if (_isReset || _writeShut || (Free > 0 && Free * 3L >= Client.ServerSendBufferLength))
        {
            events |= PollEvents.Out;
        }

        bool bothEnded = _isReset || ((_finReceived || _readShut) && _writeShut);
        events |= bothEnded ? PollEvents.HangUp : PollEvents.None;
        return _error != 0 ? events | PollEvents.Error : events;
    }

    /// <summary>Takes what is there.</summary>
    /// <returns>Bytes; 0 at the end; -EAGAIN when there is nothing; -ECONNRESET.</returns>
    internal int Receive(Span<byte> target, bool peek)
    {
        if (_received.Count > 0)
        {
            int count = Math.Min(target.Length, _received.Count);
            _received.Bytes[..count].CopyTo(target);
            _received.Discard(peek ? 0 : count);
            return count;
        }

        if (_finReceived)
        {
            return 0;
        }

        if (_error != 0)
        {
            return TakeError();
        }

        return _isReset || _readShut ? 0 : -Errno.EAGAIN;
    }

    /// <summary>More to read, or the end of the stream: <c>IORING_CQE_F_SOCK_NONEMPTY</c>.</summary>
    internal bool HasMore => _received.Count > 0 || _finReceived;

    internal int Send(ReadOnlySpan<byte> source)
    {
        if (_error != 0 && !_writeShut)
        {
            return TakeError();
        }

        if (_isReset || _writeShut)
        {
            return -Errno.EPIPE;
        }

        int count = Math.Min(source.Length, Free);
        if (count == 0 && source.Length > 0)
        {
            return -Errno.EAGAIN;
        }

        if (!Client.Deliver(source[..count]))
        {
            // The client's process closed its end: it answers the first data with a reset, which comes afterwards.
            ResetByPeer();
        }

        return count;
    }

    internal int Shutdown(ShutdownDirection how)
    {
        if (_isReset)
        {
            return -Errno.ENOTCONN;
        }

        if (how != ShutdownDirection.Read && !_writeShut)
        {
            _writeShut = true;
            Client.MarkFinished();
        }

        _readShut |= how != ShutdownDirection.Write;
        Waits.Wake(Poll());
        return 0;
    }

    internal void Arrive(ReadOnlySpan<byte> bytes)
    {
        _received.Append(bytes);
        Waits.Wake(PollEvents.In);
    }

    /// <summary>SO_LINGER with no time at all.</summary>
    internal bool ResetsAtClose { get; set; }

    internal void FinishedByPeer()
    {
        _finReceived = true;
        Waits.Wake(Poll() & ~PollEvents.Out);
    }

    internal void ResetByPeer()
    {
        if (_isReset)
        {
            return;
        }

        _error = _finReceived ? Errno.EPIPE : Errno.ECONNRESET;
        _isReset = true;
        Waits.Wake(Poll());
    }

    internal void BufferDrained()
    {
        Waits.Wake(Poll() & PollEvents.Out);
    }

    protected override void Released()
    {
        if (_isReset)
        {
            return;
        }

        // close(2) with unread data resets, or when it was asked to: the peer may lose what was sent before.
        if (_received.Count > 0 || ResetsAtClose)
        {
            Client.MarkReset();
        }
        else
        {
            Client.MarkFinished();
        }

        Client.MarkClosedByServer();
    }

    private int TakeError()
    {
        int error = _error;
        _error = 0;
        return -error;
    }
}
