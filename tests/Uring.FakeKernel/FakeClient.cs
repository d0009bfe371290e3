using System;
using System.Text;

namespace Uring.FakeKernel;

/// <summary>
/// The client's end of a connection, in the hands of the test. By default it reads everything at once; with
/// <see cref="ReadsByItself"/> off it reads only in <see cref="Receive"/>, and with
/// <see cref="ReadBytesPerMillisecond"/> as virtual time goes by.
/// </summary>
public sealed class FakeClient
{
    private readonly FakeConnection _server;
    private readonly Func<long> _now;
    private readonly ByteQueue _read = new ByteQueue();
    private readonly ByteQueue _unread = new ByteQueue();
    private long _lastReadAt;
    private bool _closed;

    internal FakeClient(FakeConnection server, Func<long> now)
    {
        _server = server;
        _now = now;
        _lastReadAt = now();
    }

    /// <summary>Its <c>struct sockaddr</c>, as an accept that asks gets it.</summary>
    public byte[] Address { get; set; } = [2, 0, 0xC3, 0x50, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Bytes that the server may send before the client reads.</summary>
    public int ServerSendBufferLength { get; set; } = 128 * 1024;

    /// <summary>Whether bytes are read as soon as they arrive.</summary>
    public bool ReadsByItself { get; set; } = true;

    /// <summary>Speed of a slow reader, or 0; set <see cref="ReadsByItself"/> off.</summary>
    public int ReadBytesPerMillisecond { get; set; }

    /// <summary>Bytes in flight: sent by the server, not read.</summary>
    public int UnreadCount => _unread.Count;

    /// <summary>The server's FIN arrived behind the last byte.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The connection was reset, by either side.</summary>
    public bool IsReset { get; private set; }

    /// <summary>The server's last reference to its socket is gone.</summary>
    public bool IsClosedByServer { get; private set; }

    /// <summary>Everything that was read so far.</summary>
    public byte[] ReceivedBytes => _read.Bytes.ToArray();

    /// <summary>The same without a copy, valid until the client reads on.</summary>
    public ReadOnlySpan<byte> Received => _read.Bytes;

    /// <summary>The same as Latin-1 text.</summary>
    public string ReceivedText => Encoding.Latin1.GetString(ReceivedBytes);

    internal bool ReadsInTime => ReadBytesPerMillisecond > 0 && _unread.Count > 0;

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (!IsReset)
        {
            _server.Arrive(bytes);
        }
    }

    public void Send(string text)
    {
        Send(Encoding.Latin1.GetBytes(text));
    }

    /// <summary>Reads at most so many bytes.</summary>
    /// <returns>What was read now.</returns>
    public byte[] Receive(int countMax = int.MaxValue)
    {
        byte[] taken = _unread.Bytes[..Math.Min(countMax, _unread.Count)].ToArray();
        _unread.Discard(taken.Length);
        _read.Append(taken);
        if (taken.Length > 0)
        {
            _server.BufferDrained();
        }

        return taken;
    }

    /// <summary>Sends FIN; the client goes on reading.</summary>
    public void Shutdown()
    {
        _server.FinishedByPeer();
    }

    /// <summary>Sends RST.</summary>
    public void Reset()
    {
        MarkReset();
        _server.ResetByPeer();
    }

    /// <summary>Closes the socket: RST with unread bytes, else FIN, and RST to whatever comes later.</summary>
    public void Close()
    {
        if (_unread.Count > 0)
        {
            Reset();
            return;
        }

        _closed = true;
        Shutdown();
    }

    internal bool Deliver(ReadOnlySpan<byte> bytes)
    {
        if (_closed)
        {
            return bytes.Length == 0;
        }

        if (ReadsByItself)
        {
            _read.Append(_unread.Bytes);
            _unread.Clear();
            _read.Append(bytes);
            return true;
        }

        _unread.Append(bytes);
        return true;
    }

    internal void TimePassed()
    {
        long milliseconds = (_now() - _lastReadAt) / 1_000_000;
        _lastReadAt += milliseconds * 1_000_000;
        if (ReadsInTime && milliseconds > 0)
        {
            Receive((int)Math.Min(int.MaxValue, milliseconds * ReadBytesPerMillisecond));
        }
    }

    internal void MarkFinished()
    {
        IsFinished = true;
    }

    internal void MarkReset()
    {
        IsReset = true;
        _unread.Clear();
    }

    internal void MarkClosedByServer()
    {
        IsClosedByServer = true;
    }
}
