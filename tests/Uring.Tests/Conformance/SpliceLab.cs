using System;
using System.Collections.Generic;
using Uring.Abi;
using Uring.Kernel;
using Uring.Operations;
using Uring.Registered;
using Xunit;

namespace Uring.Tests.Conformance;

/// <summary>A <see cref="Lab"/> with a connection that was accepted with SOCK_NONBLOCK in slot 0, an open file in slot
/// 1, a pipe and a sink. No splice waits, so that a scenario that goes wrong ends.</summary>
internal sealed class SpliceLab : IDisposable
{
    /// <summary>More than the connection takes at once, and certain to fit into the pipe.</summary>
    internal const int FileLengthMax = PipeLength - 4096;

    private const int PipeLength = 1024 * 1024;

    private static readonly FixedFileSlot Connection = new FixedFileSlot(0);
    private static readonly FixedFileSlot File = new FixedFileSlot(1);

    private readonly Lab _lab;
    private readonly List<string> _answers = [];
    private readonly List<int> _open = [];

    internal SpliceLab(KernelKind kind, int fileLength, int pipeLength = PipeLength)
    {
        _lab = Lab.Create(kind);
        _lab.World.WriteFile("f", fileLength);
        int length = _lab.World.Kernel.CreatePipe(pipeLength, out PipeEnds ends);
        (ReadEnd, WriteEnd, Sink) = (ends.Read, ends.Write, _lab.World.Kernel.OpenSink());
        _open.AddRange([ReadEnd, WriteEnd, Sink]);
        Skip.If(length < pipeLength, $"this user gets a pipe of {length} bytes only");
        Client = _lab.Connect();
        _lab.Step(900).PrepareAcceptDirect(_lab.World.Listener, SocketCreationFlags.NonBlock, Connection);
        _lab.Open(901, "f", File.Index);
        Expect("900:0 901:0");
    }

    internal IClient Client { get; }

    internal int ReadEnd { get; }

    internal int WriteEnd { get; }

    internal int Sink { get; }

    /// <summary>File → pipe.</summary>
    internal void In(int number, long offset, int length, SubmissionFlags flags = SubmissionFlags.None)
    {
        _lab.Step(number, flags).PrepareSplice(File, offset, WriteEnd, -1, (uint)length, SpliceFlags.NonBlock);
    }

    /// <summary>Pipe → socket.</summary>
    internal void Out(int number, int length, SubmissionFlags flags = SubmissionFlags.None)
    {
        _lab.Step(number, flags).PrepareSplice(ReadEnd, -1, Connection, -1, (uint)length, SpliceFlags.NonBlock);
    }

    /// <summary>Pipe → sink.</summary>
    internal void Away(int number, int length)
    {
        _lab.Step(number).PrepareSplice(ReadEnd, -1, Sink, -1, (uint)length, SpliceFlags.NonBlock);
    }

    /// <summary>An entry to fill, and what it must answer: see <see cref="ExpectAnswers"/>.</summary>
    internal ref SubmissionQueueEntry Answers(int result)
    {
        _lab.World.AllowMisuse();
        _answers.Add($"{_answers.Count}:{result}");
        return ref _lab.Step(_answers.Count - 1);
    }

    internal void ExpectAnswers()
    {
        _lab.ExpectInAnyOrder(string.Join(' ', _answers));
    }

    /// <summary>Empties the pipe: it held exactly so many bytes.</summary>
    internal void ExpectInPipe(int length)
    {
        if (length > 0)
        {
            Away(980, FileLengthMax + 4096);
            Expect($"980:{length}");
        }

        Away(981, 1);
        Expect("981:-11");
    }

    internal void Poll(int number)
    {
        _lab.Step(number).PreparePollAdd(Connection, PollEvents.Out);
    }

    internal void CancelConnection(int number)
    {
        _lab.CancelSlot(number, Connection.Index);
    }

    internal void Send(
        int number,
        ReadOnlySpan<byte> bytes,
        SubmissionFlags flags = SubmissionFlags.None,
        MessageFlags messageFlags = Lab.WaitAll)
    {
        Span<byte> memory = _lab.Memory(bytes.Length);
        bytes.CopyTo(memory);
        _lab.Step(number, flags).PrepareSend(Connection, memory, messageFlags);
    }

    /// <summary>Sends until nothing more fits, also after a while.</summary>
    internal void FillSocket()
    {
        Span<byte> bytes = _lab.Memory(PipeLength);
        for (int refusals = 0; refusals < 2;)
        {
            _lab.Step(970).PrepareSend(Connection, bytes, MessageFlags.DontWait | MessageFlags.NoSignal);
            int sent = ResultOf(970);
            Assert.True(sent is > 0 or -Errno.EAGAIN, $"the send that fills the socket ended with {sent}");
            refusals = sent > 0 ? 0 : refusals + 1;
            ExpectNothing();
        }
    }

    internal void ReadPipe(int number, int length)
    {
        _lab.Step(number).PrepareRead(ReadEnd, _lab.Memory(length), 0);
    }

    internal void ReadFileWithoutWaiting(int number, int length)
    {
        _lab.Read(number, File.Index, length, readFlags: ReadWriteFlags.NoWait);
    }

    internal void CloseFile(int number)
    {
        _lab.Close(number, File.Index);
    }

    internal void Nop(int number)
    {
        _lab.Nop(number);
    }

    internal void CoolPages()
    {
        _lab.World.CoolPages("f");
    }

    internal void CloseEnd(int descriptor)
    {
        _open.Remove(descriptor);
        _lab.World.Kernel.Close(descriptor);
    }

    internal void Expect(string expected)
    {
        _lab.Expect(expected);
    }

    internal void ExpectInAnyOrder(string expected)
    {
        _lab.ExpectInAnyOrder(expected);
    }

    internal void ExpectNothing()
    {
        _lab.ExpectNothing();
    }

    internal int ResultOf(int number)
    {
        return _lab.ResultOf(number);
    }

    public void Dispose()
    {
        _lab.Dispose();
        foreach (int descriptor in _open)
        {
            _lab.World.Kernel.Close(descriptor);
        }
    }
}
