using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>
/// A file system whose files fail as a test says: one directory of <see cref="FuseFile"/>s, spoken to the kernel over
/// /dev/fuse without a library (linux/fuse.h, version 7.31). Nothing is kept by the kernel but pages, until the file is
/// opened again. When it is disposed, whoever waits for it gets an error.
/// </summary>
internal sealed class FuseFileSystem : IDisposable
{
    private const int NoEntry = 2;
    private const int InterruptedCall = 4;
    private const int NotImplemented = 38;
    private const ulong RootNode = 1;
    private const uint DirectoryMode = 0x4000 | 0x1ED; // S_IFDIR | 0755
    private const uint FileMode = 0x8000 | 0x1A4; // S_IFREG | 0644
    private const ulong OldTime = 1_700_000_000;
    private const uint AsynchronousReads = 1;
    private const uint DirectIo = 1;
    private const int ReadAheadLength = 128 * 1024;

    private readonly int _device;
    private readonly Mount _mount;
    private readonly Thread _thread;
    private readonly FuseFile[] _files;
    private int _isClosed;
    private readonly Dictionary<ulong, (FuseMessage Message, FuseFile File)> _waiting = [];

    /// <param name="path">Where it is mounted; made if it is not there.</param>
    /// <param name="files">Its files.</param>
    internal FuseFileSystem(string path, params FuseFile[] files)
    {
        Mount.SkipUnlessMachineIsOurs();
        Xunit.Skip.IfNot(File.Exists("/dev/fuse"), "there is no /dev/fuse");
        _files = files;
        _device = LinuxCalls.Open("/dev/fuse");
        try
        {
            string options =
                $"fd={_device},rootmode=40000,user_id=0,group_id=0,allow_other,max_read={ReadAheadLength}";
            _mount = Mount.Make("fuse", path, options);
        }
        catch
        {
            LinuxCalls.Close(_device);
            throw;
        }

        _thread = new Thread(Serve) { IsBackground = true, Name = "fuse" };
        _thread.Start();
    }

    internal string Path => _mount.Path;

    /// <summary>Whether a read that waits ends when its caller is told to by a signal: a polite file system.</summary>
    internal bool EndsInterruptedReads { get; set; } = true;

    /// <summary>Lets the reads and opens of a file go on that wait, and those to come.</summary>
    internal void Release(FuseFile file)
    {
        FuseMessage[] messages;
        lock (_waiting)
        {
            file.Stalls = file.StallsOpens = false;
            messages = [.. _waiting.Values.Where(waiting => waiting.File == file).Select(waiting => waiting.Message)];
        }

        foreach (FuseMessage message in messages)
        {
            if (TryTakeWaiting(message.Unique, out _))
            {
                Send(message.Operation == FuseOperation.Read ? Read(message, file) : Reply(message));
            }
        }
    }

    public void Dispose()
    {
        _mount.Abort();
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            _thread.Join();
            LinuxCalls.Close(_device);
        }
    }

    private void Serve()
    {
        byte[] buffer = new byte[1 << 20];
        while (true)
        {
            int count = LinuxCalls.Read(_device, buffer);
            if (count > 0)
            {
                Answer(new FuseMessage(buffer.AsSpan(0, count)));
            }
            else if (count != -NoEntry)
            {
                // ENODEV: the mount is gone. ENOENT is a request that was taken back.
                return;
            }
        }
    }

    private void Answer(FuseMessage message)
    {
        switch (message.Operation)
        {
            case FuseOperation.Forget:
            case FuseOperation.ForgetMany:
                break;
            case FuseOperation.Interrupt:
                Interrupt(message.Long(0));
                break;
            case FuseOperation.Read:
                AnswerRead(message, FileOf(message)!);
                break;
            case FuseOperation.Open when MustWait(message, FileOf(message)!, static file => file.StallsOpens):
                break;
            default:
                Send(Reply(message));
                break;
        }
    }

    private FuseReply Reply(FuseMessage message)
    {
        switch (message.Operation)
        {
            case FuseOperation.Initialize:
                // major, minor, read-ahead, flags, background requests and their threshold, longest write.
                return FuseReply.To(message).Word(7).Word(31).Word(ReadAheadLength).Word(AsynchronousReads)
                    .Short(64).Short(48).Word(4096).PadTo(64);
            case FuseOperation.Lookup:
                return Lookup(message);
            case FuseOperation.GetAttributes:
                // How long they hold (not at all), and they.
                return PutAttributes(FuseReply.To(message).Long(0).Long(0), message.Node);
            case FuseOperation.Open:
                FuseFile file = FileOf(message)!;
                return file.OpenError != 0
                    ? FuseReply.Error(message, file.OpenError)
                    : FuseReply.To(message).Long(message.Node).Word(file.IsDirect ? DirectIo : 0).Word(0);
            case FuseOperation.OpenDirectory:
                return FuseReply.To(message).Long(0).Word(0).Word(0);
            case FuseOperation.ReadDirectory:
                return List(message);
            case FuseOperation.FileSystemStatus:
                return FuseReply.To(message).PadTo(80);
            case FuseOperation.Flush:
            case FuseOperation.Release:
            case FuseOperation.ReleaseDirectory:
            case FuseOperation.Destroy:
                return FuseReply.To(message);
            default:
                return FuseReply.Error(message, NotImplemented);
        }
    }

    private FuseReply Lookup(FuseMessage message)
    {
        int index = Array.FindIndex(_files, file => file.Name == message.Name);
        int error = index < 0 ? NoEntry : _files[index].LookupError;
        if (error != 0)
        {
            return FuseReply.Error(message, error);
        }

        // Node, generation, and how long name and attributes hold: not at all.
        ulong node = NodeOf(index);
        return PutAttributes(FuseReply.To(message).Long(node).Long(0).Long(0).Long(0).Long(0), node);
    }

    private FuseReply List(FuseMessage message)
    {
        FuseReply reply = FuseReply.To(message);
        for (int index = (int)message.Long(8); index < _files.Length; index++)
        {
            // Node, offset of the next one, and the name, in steps of eight bytes.
            byte[] name = Encoding.UTF8.GetBytes(_files[index].Name);
            reply.Long(NodeOf(index)).Long((ulong)index + 1).Word((uint)name.Length).Word(FileMode >> 12).Bytes(name)
                .Bytes(new byte[-name.Length & 7]);
        }

        return reply;
    }

    private FuseReply PutAttributes(FuseReply reply, ulong node)
    {
        bool isRoot = node == RootNode;
        ulong length = isRoot ? 4096 : (ulong)FileOf(node).LengthTold;

        // Number, length, blocks, three times and their nanoseconds, mode, links, user, group, device, block, flags.
        return reply.Long(node).Long(length).Long((length + 511) / 512).Long(OldTime).Long(OldTime).Long(OldTime)
            .Word(0).Word(0).Word(0).Word(isRoot ? DirectoryMode : FileMode).Word(1).Word(0).Word(0).Word(0)
            .Word(4096).Word(0);
    }

    private void AnswerRead(FuseMessage message, FuseFile file)
    {
        file.CountRead();
        long end = (long)message.Long(8) + message.Word(16);
        if (MustWait(message, file, read => read.Stalls && end > read.StallFrom))
        {
            // Until it is released.
        }
        else if (file.ReadMilliseconds > 0)
        {
            Task.Delay(file.ReadMilliseconds).ContinueWith(_ => Send(Read(message, file)), TaskScheduler.Default);
        }
        else
        {
            Send(Read(message, file));
        }
    }

    private bool MustWait(FuseMessage message, FuseFile file, Predicate<FuseFile> stalls)
    {
        lock (_waiting)
        {
            if (!stalls(file))
            {
                return false;
            }

            _waiting.Add(message.Unique, (message, file));
            file.CountStalled(1);
            return true;
        }
    }

    private static FuseReply Read(FuseMessage message, FuseFile file)
    {
        long offset = (long)message.Long(8);
        long length = Math.Min(Math.Min(message.Word(16), file.ReadLengthMax), Math.Max(0, file.Length - offset));
        if (file.ReadError != 0 && offset + length > file.ReadErrorFrom)
        {
            return FuseReply.Error(message, file.ReadError);
        }

        FuseReply reply = FuseReply.To(message);
        while (length > 0)
        {
            ReadOnlySpan<byte> piece = Pattern.At(offset, length);
            reply.Bytes(piece);
            offset += piece.Length;
            length -= piece.Length;
        }

        return reply;
    }

    private void Interrupt(ulong unique)
    {
        if (EndsInterruptedReads && TryTakeWaiting(unique, out FuseMessage? message))
        {
            Send(FuseReply.Error(message, InterruptedCall));
        }
    }

    private bool TryTakeWaiting(ulong unique, [NotNullWhen(true)] out FuseMessage? message)
    {
        lock (_waiting)
        {
            bool isThere = _waiting.Remove(unique, out (FuseMessage Message, FuseFile File) waiting);
            message = isThere ? waiting.Message : null;
            waiting.File?.CountStalled(-1);
            return isThere;
        }
    }

    // An error says that the request is gone, or the mount.
    private void Send(FuseReply reply)
    {
        LinuxCalls.Write(_device, reply.ToArray());
    }

    private static ulong NodeOf(int index)
    {
        return RootNode + 1 + (ulong)index;
    }

    private FuseFile? FileOf(FuseMessage message)
    {
        return message.Node > RootNode ? FileOf(message.Node) : null;
    }

    private FuseFile FileOf(ulong node)
    {
        return _files[(int)(node - RootNode - 1)];
    }
}
