using System;
using System.Collections.Generic;
using Uring.Abi;
using Uring.FakeKernel;
using Uring.Kernel;
using Uring.Operations;
using Uring.Registered;
using Xunit;

namespace Uring.Tests;

/// <summary>What the fake offers to tests of splice chains beyond Linux: faults, leaks, and an exception where Linux
/// would hold a worker for ever.</summary>
public sealed class FakeKernelSpliceTests : IDisposable
{
    private const int Length = 12;

    private static readonly FixedFileSlot Connection = new FixedFileSlot(0);
    private static readonly FixedFileSlot File = new FixedFileSlot(1);

    private readonly FakeKernel.FakeKernel _kernel = new FakeKernel.FakeKernel();
    private readonly NativeRegion _memory = NativeRegion.Allocate(4096);
    private readonly Ring _ring;
    private readonly FakeListener _listener;
    private readonly FakeClient _client;
    private readonly Pipe _pipe;
    private readonly int _sink;

    public FakeKernelSpliceTests()
    {
        _kernel.Files.WriteFile("/f", "hello, world"u8);
        _ring = Ring.Create(new RingOptions { SubmissionEntries = 16 }, _kernel);
        FixedFileTable.Register(_ring, 8);
        _pipe = Pipe.Create(_kernel, 65536);
        _sink = _kernel.OpenSink();
        _listener = _kernel.Listen();
        _client = _kernel.Connect(_listener);
        Accept(SocketCreationFlags.NonBlock);
        int root = _kernel.OpenDirectory("/");
        "f\0"u8.CopyTo(_memory.Slice(0, 2));
        ref OpenHow how = ref _memory.At<OpenHow>(64);
        _ring.Next(1).PrepareOpenAt2Direct(root, _memory.Slice(0, 2), how, File);
        Assert.Equal("1:0", Completions());
        _kernel.Close(root);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, Length)]
    public void AFailedSpliceEndsTheChainAndMovesNothing(int step, int leftInPipe)
    {
        _kernel.Faults.On(entry => entry.UserData == (ulong)step, 1, Fault.Fail(Errno.EIO));
        SubmitChain();
        Assert.Equal($"{step}:{-Errno.EIO}", Completions());
        AssertInPipe(leftInPipe);
        Assert.Empty(_client.ReceivedBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Length - 1)]
    public void AShortSpliceReportsItsCountAndBreaks(int count)
    {
        _kernel.Faults.On(Opcode.Splice, 1, Fault.Limit(count));
        SubmitChain();
        Assert.Equal($"1:{count}", Completions());
        AssertInPipe(count);
        _kernel.Faults.On(Opcode.Splice, 2, Fault.Limit(count));
        SubmitChain();
        Assert.Equal($"2:{count}", Completions());
        AssertInPipe(Length - count);
        Assert.Equal(count, _client.ReceivedBytes.Length);
    }

    [Fact]
    public void EverySpliceTakesAWorker()
    {
        long before = _kernel.Statistics.WorkerCount;
        SubmitChain();
        Assert.Equal($"2:{Length}", Completions());
        Assert.Equal((2, 2), (_kernel.Statistics.WorkerCount - before, _kernel.Statistics.Issued(Opcode.Splice)));
        Assert.Equal("hello, world", _client.ReceivedText);
    }

    [Fact]
    public void AFileThatCannotBeReadFailsItsSplice()
    {
        _kernel.Files.Node("/f").ReadError = Errno.EIO;
        SubmitChain();
        Assert.Equal($"1:{-Errno.EIO}", Completions());
    }

    [Fact]
    public void ASpliceThatWouldHoldAWorkerThrows()
    {
        _ring.Next(1).PrepareSplice(_pipe.ReadEnd, -1, _sink, -1, 1, SpliceFlags.None);
        Assert.Contains("an empty pipe", Assert.Throws<FakeKernelException>(Completions).Message);
        using Pipe small = Pipe.Create(_kernel, 4096);
        _ring.Next(1).PrepareSplice(File, 0, small.WriteEnd, -1, 1, SpliceFlags.None);
        Assert.Equal("1:1", Completions());
        _ring.Next(1).PrepareSplice(File, 0, small.WriteEnd, -1, 1, SpliceFlags.None);
        Assert.Contains("a full pipe", Assert.Throws<FakeKernelException>(Completions).Message);
        _kernel.Connect(_listener);
        Accept(SocketCreationFlags.None);
        _ring.Next(1).PrepareSplice(small.ReadEnd, -1, Connection, -1, 1, SpliceFlags.NonBlock);
        Assert.Contains("without SOCK_NONBLOCK", Assert.Throws<FakeKernelException>(Completions).Message);
    }

    [Fact]
    public void ARestInAPipeIsALeak()
    {
        _ring.Next(1).PrepareSplice(File, 0, _pipe.WriteEnd, -1, 5, SpliceFlags.NonBlock);
        Assert.Equal("1:5", Completions());
        Assert.Contains($"the pipe of descriptor {_pipe.ReadEnd} holds 5 bytes", _kernel.FindLeaks());
        AssertInPipe(5);
        Assert.DoesNotContain(_kernel.FindLeaks(), leak => leak.Contains("pipe"));
    }

    [Fact]
    public void PipesAreRefusedOrSmallAsATestWishes()
    {
        _kernel.PipeErrors.Enqueue(Errno.EMFILE);
        RingException refusal = Assert.Throws<RingException>(() => Pipe.Create(_kernel, 65536));
        Assert.Equal(("pipe2", Errno.EMFILE), (refusal.Operation, refusal.ErrorNumber));
        _kernel.PipeLengthMax = 131_072;
        using Pipe pipe = Pipe.Create(_kernel, 262_144);
        Assert.Equal(65536, pipe.Length);
    }

    public void Dispose()
    {
        _pipe.Dispose();
        _kernel.Close(_sink);
        _ring.Dispose();
        _kernel.AssertEverythingIsClosed();
        _memory.Dispose();
    }

    private void Accept(SocketCreationFlags flags)
    {
        _ring.Next(3).PrepareAcceptDirect(_listener.Descriptor, flags, Connection);
        Assert.Equal("3:0", Completions());
    }

    private void SubmitChain()
    {
        Chain chain = _ring.BeginChain(2);
        chain.Next(1).PrepareSplice(File, 0, _pipe.WriteEnd, -1, Length, SpliceFlags.NonBlock);
        chain.Last(2).PrepareSplice(_pipe.ReadEnd, -1, Connection, -1, Length, SpliceFlags.NonBlock);
    }

    private void AssertInPipe(int length)
    {
        _ring.Next(8).PrepareSplice(_pipe.ReadEnd, -1, _sink, -1, 65536, SpliceFlags.NonBlock);
        Assert.Equal(length > 0 ? $"8:{length}" : $"8:{-Errno.EAGAIN}", Completions());
    }

    private string Completions()
    {
        // One wait for each step that takes a worker, and one for the last completion.
        for (int round = 0; round < 3; round++)
        {
            _ring.SubmitAndWait(0);
        }

        List<string> all = [];
        while (_ring.TryPeek(out CompletionQueueEntry completion))
        {
            all.Add($"{completion.UserData}:{completion.Result}");
        }

        return string.Join(' ', all);
    }
}
