using System;
using System.Text;
using Uring.Abi;
using Uring.FakeKernel;
using Uring.Operations;
using Uring.Registered;
using Xunit;

namespace Uring.Tests;

/// <summary>What the fake adds to a kernel: faults, strictness, leak checks, virtual time.</summary>
public sealed class FakeKernelTests : IDisposable
{
    private readonly FakeKernel.FakeKernel _kernel = new FakeKernel.FakeKernel();
    private readonly NativeRegion _memory = NativeRegion.Allocate(65536);
    private readonly Ring _ring;
    private readonly int _root;

    public FakeKernelTests()
    {
        _kernel.Files.WriteFile("/www/hello.txt", "hello, world"u8);
        _ring = Ring.Create(new RingOptions { SubmissionEntries = 16 }, _kernel);
        FixedFileTable.Register(_ring, 8);
        Encoding.UTF8.GetBytes("/www\0", _memory.Slice(0, 16));
        _root = OpenRoot();
    }

    [Fact]
    public void AFileChainServesAConnectionInOneEnterAndOneCompletion()
    {
        FakeListener listener = _kernel.Listen();
        FakeClient client = _kernel.Connect(listener);
        client.Send("GET");
        _ring.Next(1).PrepareAcceptDirect(listener.Descriptor, SocketCreationFlags.None, new FixedFileSlot(0));
        Assert.Equal(0, _ring.Wait().Result);
        long enters = _kernel.Statistics.EnterCount;
        SubmitFileChain();

        CompletionQueueEntry completion = _ring.Wait();

        Assert.Equal((4UL, 0), (completion.UserData, completion.Result));
        Assert.Equal("hello, world", client.ReceivedText);
        Assert.Equal(enters + 1, _kernel.Statistics.EnterCount);
        Assert.Equal(1, _kernel.OpenSlots("socket"));
        Assert.Equal(0, _kernel.OpenSlots("file"));
    }

    [Fact]
    public void AWaitThatNothingCanEndThrowsInsteadOfHanging()
    {
        FakeListener listener = _kernel.Listen();
        _ring.Next(1).PrepareAcceptDirect(listener.Descriptor, SocketCreationFlags.None, new FixedFileSlot(0));

        FakeKernelException thrown = Assert.Throws<FakeKernelException>(() => { _ring.Wait(); });

        Assert.Contains("Accept (user data 1)", thrown.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _ring.Dispose();
        _kernel.Close(_root);
        _kernel.AssertEverythingIsClosed();
        _memory.Dispose();
    }

    private unsafe int OpenRoot()
    {
        // SAFETY: the path lies in the region, which lives as long as this test.
        return _kernel.OpenDirectory((byte*)_memory.Address);
    }

    private void SubmitFileChain()
    {
        FixedFileSlot file = new FixedFileSlot(1);
        Span<byte> path = _memory.Slice(100, 10);
        Encoding.UTF8.GetBytes("hello.txt\0", path);
        ref OpenHow how = ref System.Runtime.InteropServices.MemoryMarshal.AsRef<OpenHow>(_memory.Slice(200, 24));
        how.Flags = OpenFlags.NonBlock;
        how.Resolve = ResolveFlags.Beneath | ResolveFlags.Cached;
        Chain chain = _ring.BeginChain(4);
        chain.Next(1).PrepareOpenAt2Direct(_root, path, how, file);
        chain.Next(2).PrepareRead(file, _memory.Slice(4096, 12), 0, ReadWriteFlags.NoWait);
        chain.NextHard(3).PrepareSend(
            new FixedFileSlot(0), _memory.Slice(4096, 12), MessageFlags.WaitAll | MessageFlags.NoSignal);
        chain.Last(4).PrepareCloseDirect(file);
    }
}
