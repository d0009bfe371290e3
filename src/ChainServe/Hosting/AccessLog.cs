using System;
using System.Collections.Generic;
using System.Threading;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Uring;

namespace ChainServe.Hosting;

/// <summary>
/// The access log of one worker:
/// 1. a line is written into a buffer when its response has ended;
/// 2. the lines of a turn, or of a few, are one write entry, submitted with the turn's chains: no system call;
/// 3. at most one write is in flight; what comes meanwhile waits, and is dropped and counted when there is too much;
/// 4. a file that is put in its place (SIGUSR1) takes over between two writes.
/// Each worker appends to the same file with a descriptor of its own.
/// </summary>
internal sealed class AccessLog : IDisposable
{
    /// <summary>Lines wait for others for no longer than this.</summary>
    internal const int DelayMilliseconds = 20;

    private const int BatchLengthMin = 16 * 1024;
    private const long WarningMilliseconds = 60_000;

    private readonly LogBuffers _buffers = new LogBuffers();
    private readonly ClientAddresses _addresses;
    private readonly Stack<RequestRecord> _records = new Stack<RequestRecord>();
    private readonly AccessLogFormat _format;
    private readonly WorkerClock _clock;
    private readonly ServerLog _log;
    private SafeFileHandle _file;
    private SafeFileHandle? _nextFile;
    private bool _isWriting;
    private long _oldestMilliseconds;
    private long _retryAt;
    private long _warnedAt = long.MinValue / 2;

    /// <param name="file">The log's to close.</param>
    /// <param name="format">Of its lines.</param>
    /// <param name="addresses">Of the clients.</param>
    /// <param name="clock">The worker's.</param>
    /// <param name="log">Where trouble is told.</param>
    internal AccessLog(
        SafeFileHandle file,
        AccessLogFormat format,
        ClientAddresses addresses,
        WorkerClock clock,
        ServerLog log)
    {
        _file = file;
        _format = format;
        _addresses = addresses;
        _clock = clock;
        _log = log;
    }

    /// <summary>Lines that did not get into the log.</summary>
    internal long LostLines { get; private set; }

    /// <summary>Whether the kernel holds nothing of it, and nothing waits.</summary>
    internal bool IsIdle => !_isWriting && !NeedsTimer;

    /// <summary>Whether something waits for its time, and not for the kernel.</summary>
    internal bool NeedsTimer => !_isWriting && (_buffers.Waiting > 0 || _buffers.IsWriting);

    /// <summary>Whether the kernel holds a batch.</summary>
    internal bool IsWriting => _isWriting;

    /// <summary>Puts another file in place of the one that is written to. From any thread.</summary>
    internal void Replace(SafeFileHandle file)
    {
        Interlocked.Exchange(ref _nextFile, file)?.Dispose();
    }

    /// <summary>Takes a record for a request.</summary>
    internal RequestRecord Rent()
    {
        return _records.TryPop(out RequestRecord? record) ? record : new RequestRecord();
    }

    /// <summary>Writes the line of a request whose response has ended, and takes its record back.</summary>
    internal void Write(RequestRecord record, int slot, int status, long bodyBytes)
    {
        Span<byte> client = stackalloc byte[ClientAddresses.TextLengthMax];
        AccessEntry entry = new AccessEntry
        {
            Client = client[.._addresses.Format(slot, client)],
            User = record.User,
            Time = _clock.UtcNow,
            RequestLine = record.RequestLine,
            Host = record.Host,
            Referer = record.Referer,
            UserAgent = record.UserAgent,
            Status = status,
            BodyBytes = bodyBytes,
            Microseconds = Math.Max(0, _clock.NowMicroseconds - record.StartMicroseconds),
        };
        int length = AccessLine.Write(_buffers.Room, entry, _format);
        if (length > 0)
        {
            _oldestMilliseconds = _buffers.Waiting == 0 ? _clock.NowMilliseconds : _oldestMilliseconds;
            _buffers.Append(length);
        }
        else
        {
            Lose(1, "it takes lines more slowly than requests come");
        }

        _records.Push(record);
    }

    /// <summary>Prepares the write of what waits, if it is time. Called once per turn.</summary>
    internal void Flush(Ring ring, bool isLast = false)
    {
        if (_isWriting || _clock.NowMilliseconds < _retryAt)
        {
            return;
        }

        if (_buffers.IsWriting)
        {
            // What the last write has left over.
            Write(ring);
            return;
        }

        if (Volatile.Read(ref _nextFile) is not null)
        {
            _file.Dispose();
            _file = Interlocked.Exchange(ref _nextFile, null)!;
            _buffers.BeginFile();
        }

        bool isDue = isLast
            || _buffers.Waiting >= BatchLengthMin
            || _clock.NowMilliseconds - _oldestMilliseconds >= DelayMilliseconds;
        if (_buffers.Waiting > 0 && isDue)
        {
            _buffers.BeginBatch();
            Write(ring);
        }
    }

    /// <summary>The write has ended. What it has left over is the next flush's.</summary>
    internal void Complete(int result)
    {
        _isWriting = false;
        switch (LogChain.Complete(result))
        {
            case LogOutcome.Written:
                _buffers.Written(result);
                break;
            case LogOutcome.Retry:
                // A pipe that does not wait, and whose reader is slow.
                _retryAt = _clock.NowMilliseconds + DelayMilliseconds;
                break;
            default:
                Lose(_buffers.DropBatch(), $"a write failed with errno {-result}");
                break;
        }
    }

    /// <summary>Counts what is not written as lost: nothing more will be.</summary>
    internal void GiveUp()
    {
        LostLines += _buffers.WaitingLines + _buffers.WritingLines;
    }

    /// <summary>Closes the file, and leaves the memory of a batch that the kernel may still read.</summary>
    internal void Abandon()
    {
        _file.Dispose();
        _nextFile?.Dispose();
    }

    public void Dispose()
    {
        Abandon();
        _buffers.Dispose();
        _addresses.Dispose();
    }

    private void Write(Ring ring)
    {
        _isWriting = true;
        LogChain.Prepare(ring, (int)_file.DangerousGetHandle(), _buffers.Batch);
    }

    // One line a minute: a full disk must not fill the other log too.
    private void Lose(int lines, string reason)
    {
        LostLines += lines;
        if (_clock.NowMilliseconds - _warnedAt >= WarningMilliseconds)
        {
            _warnedAt = _clock.NowMilliseconds;
            _log.Warning($"the access log loses lines: {reason}; {LostLines} so far");
        }
    }
}
