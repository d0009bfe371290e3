using System;
using System.IO;
using System.Net.Sockets;
using System.Text;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>Looks at a piece of a body: its offset and its bytes.</summary>
internal delegate void BodyVisitor(long offset, ReadOnlySpan<byte> bytes);

/// <summary>A client that says exactly what a test wants, and reads exactly what the framing promises.</summary>
internal sealed class RawClient : IDisposable
{
    private const int TimeoutMilliseconds = 30_000;

    private readonly byte[] _buffer = new byte[512 * 1024];
    private int _start;
    private int _end;

    internal RawClient(ServerProcess server, int receiveBuffer = 0)
    {
        bool isUnix = server.EndPoint is UnixDomainSocketEndPoint;
        Socket = new Socket(
            server.EndPoint.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp)
        {
            ReceiveTimeout = TimeoutMilliseconds,
            SendTimeout = TimeoutMilliseconds,
        };
        if (!isUnix)
        {
            Socket.NoDelay = true;
        }

        if (receiveBuffer > 0)
        {
            Socket.ReceiveBufferSize = receiveBuffer;
        }

        Socket.Connect(server.EndPoint);
    }

    internal Socket Socket { get; }

    /// <summary>One request on a connection of its own.</summary>
    internal static RawResponse Fetch(ServerProcess server, string target, string method = "GET", string fields = "")
    {
        using var client = new RawClient(server);
        return client.Ask(target, method, fields);
    }

    /// <summary>Reads what has arrived before a reset.</summary>
    internal long ReadToReset()
    {
        long count = 0;
        byte[] buffer = new byte[65536];
        try
        {
            while (Socket.Receive(buffer) is var length and > 0)
            {
                count += length;
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
        }

        return count;
    }

    /// <summary>One request and its response. Fields are whole lines.</summary>
    internal RawResponse Ask(string target, string method = "GET", string fields = "")
    {
        Send(Request(target, method, fields));
        return Read(method == "HEAD");
    }

    internal static string Request(string target, string method = "GET", string fields = "")
    {
        return $"{method} {target} HTTP/1.1\r\nHost: test\r\n{fields}\r\n";
    }

    internal void Send(string text)
    {
        Send(Encoding.Latin1.GetBytes(text));
    }

    internal void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    internal RawResponse Read(bool isHead = false)
    {
        RawResponse response = ReadHead();
        if (!isHead && response.Status is not (204 or 304))
        {
            using var body = new MemoryStream();
            ReadBody(response.ContentLength!.Value, (_, bytes) => body.Write(bytes));
            response.Body = body.ToArray();
        }

        return response;
    }

    internal RawResponse ReadHead(int headLengthMax = 64 * 1024)
    {
        int seen = 0;
        while (true)
        {
            int end = _buffer.AsSpan(_start + seen, _end - _start - seen).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                int length = seen + end + 4;
                string head = Encoding.Latin1.GetString(_buffer, _start, length);
                _start += length;
                return RawResponse.Parse(head);
            }

            seen = Math.Max(0, _end - _start - 3);
            if (_end - _start > headLengthMax)
            {
                throw new InvalidDataException("a head without end");
            }

            if (!Fill())
            {
                throw new EndOfStreamException($"the connection ended after {_end - _start} bytes of a head");
            }
        }
    }

    /// <summary>Reads exactly this many bytes of body.</summary>
    internal void ReadBody(long length, BodyVisitor visit)
    {
        for (long offset = 0; offset < length;)
        {
            if (_start == _end && !Fill())
            {
                throw new EndOfStreamException($"the connection ended after {offset} of {length} bytes of body");
            }

            int count = (int)Math.Min(length - offset, _end - _start);
            visit(offset, _buffer.AsSpan(_start, count));
            _start += count;
            offset += count;
        }
    }

    /// <summary>Reads on to the end of the stream, and returns the bytes until then; a reset ends it too.</summary>
    internal long ReadToEnd(BodyVisitor visit, out bool isReset)
    {
        isReset = false;
        long offset = 0;
        try
        {
            while (_start < _end || Fill())
            {
                visit(offset, _buffer.AsSpan(_start, _end - _start));
                offset += _end - _start;
                _start = _end;
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            isReset = true;
        }

        return offset;
    }

    /// <summary>Requires that the server ends the connection now, in order and without a byte more.</summary>
    internal void RequireEnd()
    {
        if (_start < _end || Fill())
        {
            string rest = Encoding.Latin1.GetString(_buffer, _start, Math.Min(_end - _start, 200));
            throw new InvalidDataException($"bytes behind the last response: {rest}");
        }
    }

    /// <summary>Says that nothing more will be sent.</summary>
    internal void ShutdownSend()
    {
        Socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Ends the connection with a reset.</summary>
    internal void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Close();
    }

    public void Dispose()
    {
        Socket.Dispose();
    }

    private bool Fill()
    {
        if (_start == _end)
        {
            _start = 0;
            _end = 0;
        }
        else if (_start > 0 && _end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        int count = Socket.Receive(_buffer.AsSpan(_end));
        _end += count;
        return count > 0;
    }
}
