using System;
using System.Collections.Generic;
using Uring.Abi;
using Uring.FakeKernel;
using Uring.Operations;
using Uring.Registered;
using Xunit;

namespace Uring.Tests;

/// <summary>The fault plan, driven as chain tables drive it: open(1) → read(2) → send(3, hard) → close(4), each
/// step failed in turn.</summary>
public sealed class FakeKernelFaultTests : IDisposable
{
    private const int Length = 12;

    private readonly FakeKernel.FakeKernel _kernel = new FakeKernel.FakeKernel();
    private readonly NativeRegion _memory = NativeRegion.Allocate(65536);
    private readonly Ring _ring;
    private readonly int _root;
    private readonly FakeListener _listener;
    private FakeClient _client;

    public FakeKernelFaultTests()
    {
        _kernel.Files.WriteFile("/www/f", "hello, world"u8);
        _ring = Ring.Create(new RingOptions { SubmissionEntries = 16 }, _kernel);
        FixedFileTable.Register(_ring, 8);
        "/www\0"u8.CopyTo(_memory.Slice(0, 16));
        _root = OpenRoot();
        _listener = _kernel.Listen();
        _client = Accept();
    }

    [Theory]
    [InlineData(1, "1:-5", false)]
    [InlineData(2, "2:-5", true)]
    [InlineData(3, "3:-5 4:0", false)]
    [InlineData(4, "4:-5", false)]
    public void AFailedStepEndsTheChainThere(int step, string completions, bool leavesFile)
    {
        _kernel.Faults.On(entry => entry.UserData == (ulong)step, 1, Fault.Fail(Errno.EIO));
        SubmitChain();
        Assert.Equal(completions, Completions());
        Assert.Equal(leavesFile ? 1 : 0, _kernel.OpenSlots("file"));
        Assert.Equal(0, _kernel.Faults.PendingCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Length - 1)]
    public void AShortStepReportsItsCountAndBreaks(int count)
    {
        _kernel.Faults.On(Opcode.Read, 1, Fault.Limit(count));
        SubmitChain();
        Assert.Equal($"2:{count}", Completions());
        _kernel.Faults.On(Opcode.Send, 1, Fault.Limit(count));
        SubmitChain();
        Assert.Equal($"3:{count} 4:0", Completions());
        Assert.Equal(count, _client.ReceivedBytes.Length);
    }

    [Fact]
    public void AStepThatHangsEndsWhenItIsCancelled()
    {
        _kernel.Faults.On(Opcode.Send, 1, Fault.Hang());
        SubmitChain();
        Assert.Equal("", Completions());
        _ring.Next(9).PrepareCancelSlot(new FixedFileSlot(0), CancelFlags.All);
        Assert.Equal("9:1 3:-125 4:0", Completions());
    }

    [Fact]
    public void AStalledStepGoesOnWhenItsTimeIsOverAndNoSooner()
    {
        long begin = _kernel.NowNanoseconds;
        _kernel.Faults.On(Opcode.Read, 1, Fault.Stall(40));
        SubmitChain();
        Assert.Equal("", Completions());
        Assert.Equal(1, _kernel.RequestsStalled);
        _ring.Next(9).PrepareCancelSlot(new FixedFileSlot(1), CancelFlags.All);
        _kernel.Advance(TimeSpan.FromMilliseconds(39));
        Assert.DoesNotContain("4:0", Completions(), StringComparison.Ordinal);
        Assert.Equal(4UL, _ring.Wait().UserData);
        Assert.Equal(begin + 40_000_000, _kernel.NowNanoseconds);
        Assert.Equal("hello, world", _client.ReceivedText);
    }

    [Fact]
    public unsafe void TheWorldMayActBeforeAStatusIsTold()
    {
        int told = 0;
        _kernel.TellingStatus = () =>
        {
            told++;
            _kernel.Files.WriteFile("/www/f", "longer than it was"u8);
            return told == 1 ? 0 : Errno.EIO;
        };
        Statx status;
        int file = _kernel.OpenForWriting("/www/f");

        // SAFETY: the kernel writes into a local before the call returns.
        Assert.Equal(0, _kernel.FileStatus(file, &status));
        Assert.Equal(18UL, status.Size);
        Assert.Equal(-Errno.EIO, _kernel.FileStatus(file, &status));
        _kernel.Close(file);
    }

    [Fact]
    public void TheNthMatchFailsAndTheOthersDoNot()
    {
        _kernel.Faults.On(Opcode.Read, 2, Fault.Fail(Errno.EIO));
        SubmitChain();
        Assert.Equal("4:0", Completions());
        SubmitChain();
        Assert.Equal("2:-5", Completions());
        SubmitChain();
        Assert.Equal("4:0", Completions());
    }

    [Theory]
    [InlineData(Errno.EMFILE)]
    [InlineData(Errno.ENFILE)]
    [InlineData(Errno.ECONNABORTED)]
    [InlineData(Errno.ENOBUFS)]
    [InlineData(Errno.ENOMEM)]
    public void AnAcceptErrorTakesOneAcceptAndLeavesTheConnection(int errno)
    {
        _ring.Next(1).PrepareAcceptDirect(_listener.Descriptor, SocketCreationFlags.None, new FixedFileSlot(2));
        Assert.Equal("", Completions());
        _listener.QueueAcceptError(errno);
        Assert.Equal($"1:{-errno}", Completions());
        _kernel.Connect(_listener);
        Assert.Equal(1, _listener.BacklogCount);
    }

    [Fact]
    public void ASlowClientDrainsASendInVirtualTime()
    {
        _client.ReadsByItself = false;
        _client.ServerSendBufferLength = 6;
        _client.ReadBytesPerMillisecond = 1;
        SubmitChain();
        Assert.Equal(4UL, _ring.Wait().UserData);
        Assert.InRange(_kernel.NowNanoseconds, 4_000_000, 12_000_000);
        _kernel.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal("hello, world", _client.ReceivedText);
    }

    [Fact]
    public void TheWorldMayActWhenAWaitWouldSleep()
    {
        int turns = 0;
        _kernel.Idle = () =>
        {
            turns++;
            _client.Send("x");
            return turns == 1;
        };
        _ring.Next(1).PrepareReceive(new FixedFileSlot(0), _memory.Slice(1024, 8), MessageFlags.None);
        Assert.Equal(1, _ring.Wait().Result);
        Assert.Equal(1, turns);
    }

    [Fact]
    public void LeaksAreNamed()
    {
        _ring.Next(1).PrepareReceive(new FixedFileSlot(0), _memory.Slice(1024, 8), MessageFlags.None);
        _ring.Submit();
        Assert.Equal(
            ["requests in flight: Receive (user data 1)", "slot 0 holds a socket"], _kernel.FindLeaks());
        Assert.Throws<FakeKernelException>(_kernel.AssertNothingLeaks);
    }

    [Fact]
    public void MistakesThrowUnlessTheirErrnoIsAskedFor()
    {
        _ring.Next(1).PrepareCloseDirect(new FixedFileSlot(99));
        _ring.Next(2).Opcode = (Opcode)200;
        FakeKernelException thrown = Assert.Throws<FakeKernelException>(() => { _ring.Submit(); });
        Assert.Contains("errno 22", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SetUpFailsAndLacksFeaturesAsATestWishes()
    {
        _kernel.SetupErrors.Enqueue(Errno.EPERM);
        Assert.Equal(Errno.EPERM, SetUpError());
        _kernel.MapErrors.Enqueue(Errno.ENOMEM);
        Assert.Equal(Errno.ENOMEM, SetUpError());
        _kernel.RegisterErrors[RegisterOpcode.Probe] = Errno.EINVAL;
        Assert.Equal(Errno.EINVAL, SetUpError());
        _kernel.RegisterErrors.Clear();
        _kernel.Features &= ~FeatureFlags.CqeSkip;
        _kernel.KnownSetupFlags &= ~SetupFlags.NoSqArray;
        _kernel.MissingOperations.Add(Opcode.FixedFdInstall);
        using Ring ring = Ring.Create(new RingOptions(), _kernel);
        Assert.False(ring.Features.Has(FeatureFlags.CqeSkip));
        Assert.False(ring.Features.Supports(Opcode.FixedFdInstall));
        ring.Next(7).PrepareNop();
        Assert.Equal(7UL, ring.Wait().UserData);
    }

    public void Dispose()
    {
        _ring.Dispose();
        _kernel.Close(_root);
        _kernel.AssertEverythingIsClosed();
        _memory.Dispose();
    }

    private int SetUpError()
    {
        return Assert.Throws<RingException>(() => { Ring.Create(new RingOptions(), _kernel); }).ErrorNumber;
    }

    private unsafe int OpenRoot()
    {
        // SAFETY: the path lies in the region, which lives as long as this test.
        return _kernel.OpenDirectory((byte*)_memory.Address);
    }

    private FakeClient Accept()
    {
        _client = _kernel.Connect(_listener);
        _ring.Next(1).PrepareAcceptDirect(_listener.Descriptor, SocketCreationFlags.None, new FixedFileSlot(0));
        Assert.Equal(0, _ring.Wait().Result);
        return _client;
    }

    private string Completions()
    {
        _ring.SubmitAndWait(0);
        List<string> all = [];
        while (_ring.TryPeek(out CompletionQueueEntry completion))
        {
            all.Add($"{completion.UserData}:{completion.Result}");
        }

        return string.Join(' ', all);
    }

    private void SubmitChain()
    {
        FixedFileSlot file = new FixedFileSlot(1);
        Span<byte> path = _memory.Slice(100, 2);
        "f\0"u8.CopyTo(path);
        ref OpenHow how = ref System.Runtime.InteropServices.MemoryMarshal.AsRef<OpenHow>(_memory.Slice(200, 24));
        how.Resolve = ResolveFlags.Beneath | ResolveFlags.Cached;
        Chain chain = _ring.BeginChain(4);
        chain.Next(1).PrepareOpenAt2Direct(_root, path, how, file);
        chain.Next(2).PrepareRead(file, _memory.Slice(4096, Length), 0, ReadWriteFlags.NoWait);
        chain.NextHard(3).PrepareSend(
            new FixedFileSlot(0), _memory.Slice(4096, Length), MessageFlags.WaitAll | MessageFlags.NoSignal);
        chain.Last(4).PrepareCloseDirect(file);
    }
}
