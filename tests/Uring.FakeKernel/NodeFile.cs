using System;
using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>An open file, directory, FIFO or device of the fake file system.</summary>
internal sealed class NodeFile : OpenFile
{
    private readonly bool _pathOnly;
    private readonly bool _isForWriting;
    private long _position;

    internal NodeFile(IReadOnlyList<FakeNode> trail, bool pathOnly, bool isForWriting = false)
    {
        Trail = trail;
        _pathOnly = pathOnly;
        _isForWriting = isForWriting;
    }

    internal FakeNode Node => Trail[^1];

    /// <summary>The node and the directories above it, from the root: where ".." leads.</summary>
    internal IReadOnlyList<FakeNode> Trail { get; }

    internal override string Kind => Node.Type switch
    {
        FileType.Directory => "directory",
        FileType.Fifo => "fifo",
        FileType.Regular => "file",
        _ => "device",
    };

    internal override WaitQueue Waits => Node.Waits;

    internal override PollEvents Poll()
    {
        if (Node.Type != FileType.Fifo)
        {
            return PollEvents.In | PollEvents.Out;
        }

        PollEvents events = Node.Content.Length > 0 ? PollEvents.In : PollEvents.None;
        return Node.FifoWriters == 0 ? events | PollEvents.HangUp : events;
    }

    /// <summary>The read itself, as a worker would do it: it never answers "cold".</summary>
    internal int Read(Span<byte> target, ulong offset)
    {
        if (_pathOnly)
        {
            return -Errno.EBADF;
        }

        if (Node.ReadError != 0)
        {
            return -Node.ReadError;
        }

        switch (Node.Type)
        {
            case FileType.Directory:
                return -Errno.EISDIR;
            case FileType.Fifo:
                return ReadFifo(target);
            case FileType.Regular:
                return ReadRegular(target, offset);
            default:
                target.Clear();
                return target.Length;
        }
    }

    /// <summary>Writes at the end, wherever that is by now.</summary>
    internal int Append(ReadOnlySpan<byte> bytes)
    {
        if (!_isForWriting)
        {
            return -Errno.EBADF;
        }

        if (Node.WriteError != 0)
        {
            return -Node.WriteError;
        }

        Node.Content = [.. Node.Content, .. bytes];
        return bytes.Length;
    }

    private int ReadFifo(Span<byte> target)
    {
        if (Node.Content.Length == 0)
        {
            return Node.FifoWriters == 0 || target.Length == 0 ? 0 : -Errno.EAGAIN;
        }

        int count = Math.Min(target.Length, Node.Content.Length);
        Node.Content.AsSpan(0, count).CopyTo(target);
        Node.Content = Node.Content[count..];
        return count;
    }

    private int ReadRegular(Span<byte> target, ulong offset)
    {
        bool atPosition = offset == ulong.MaxValue;
        long from = atPosition ? _position : checked((long)offset);
        Node.ArePagesCold = false;
        if (from >= Node.Content.Length)
        {
            return 0;
        }

        int count = (int)Math.Min(target.Length, Node.Content.Length - from);
        Node.Content.AsSpan((int)from, count).CopyTo(target);
        if (atPosition)
        {
            _position += count;
        }

        return count;
    }
}
