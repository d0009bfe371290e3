using System.Linq;
using Uring.Abi;
using Uring.Operations;
using Uring.Tests.Operations;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests;

/// <summary>Which completions a chain posts, by the kind of its steps.</summary>
public sealed class ChainTests : OperationTestBase
{
    [SkippableFact]
    public void AFileIsOpenedReadSentAndClosedWithOneCompletion()
    {
        IoUring.Require();
        (int first, int second) = LibC.SocketPair();
        Owned.AddRange([first, second]);
        Chain chain = Ring.BeginChain(4);
        Open(ref chain.Next(1));
        chain.Next(2).PrepareRead(Slot, Buffer[..10], 0);
        chain.NextHard(3).PrepareSend(first, Buffer[..10], MessageFlags.WaitAll);
        chain.Last(Tag).PrepareCloseDirect(Slot);
        Assert.Equal(0, Ring.Run(Tag));
        Assert.Equal(10, LibC.Read(second, Buffer[100..]));
        Assert.Equal("0123456789"u8.ToArray(), Buffer.Slice(100, 10).ToArray());
    }

    [SkippableFact]
    public void AFailureAtTheOpenIsTheOnlyCompletion()
    {
        Chain chain = Ring.BeginChain(3);
        chain.Next(Tag).PrepareOpenAtDirect(
            FileOperations.CurrentDirectory, Memory.Path(0, "/nowhere"), OpenFlags.ReadOnly, 0, Slot);
        chain.Next(2).PrepareRead(Slot, Buffer[..10], 0);
        chain.Last(3).PrepareCloseDirect(Slot);
        Assert.Equal(-Errno.ENOENT, Ring.Run(Tag));
    }

    [SkippableFact]
    public void AShortReadBreaksTheChainWithAPositiveResultAndLeavesTheSlotFilled()
    {
        Chain chain = Ring.BeginChain(3);
        Open(ref chain.Next(1));
        chain.Next(Tag).PrepareRead(Slot, Buffer[..11], 0);
        chain.Last(3).PrepareCloseDirect(Slot);
        Assert.Equal(10, Ring.Run(Tag));
        Ring.Next(Tag).PrepareCloseDirect(Slot);
        Assert.Equal(0, Ring.Run(Tag));
    }

    [SkippableFact]
    public void BehindAHardStepTheCloseAlsoFollowsAShortRead()
    {
        Chain chain = Ring.BeginChain(3);
        Open(ref chain.Next(1));
        chain.NextHard(2).PrepareRead(Slot, Buffer[..4096], 0);
        chain.Last(3).PrepareCloseDirect(Slot);
        Assert.Equal(
            [(2ul, 10), (3ul, 0)], Ring.Take(2).Select(one => (one.UserData, one.Result)).OrderBy(one => one.UserData));
    }

    [SkippableFact]
    public void AReportingStepPostsItsCompletionAndASilentEndPostsNone()
    {
        Chain chain = Ring.BeginChain(2);
        chain.NextReporting(Tag).PrepareNop();
        chain.LastSilent(2).PrepareNop();
        Assert.Equal(0, Ring.Run(Tag));
    }

    private void Open(ref SubmissionQueueEntry entry)
    {
        entry.PrepareOpenAtDirect(
            FileOperations.CurrentDirectory, Memory.Path(0, FilePath), OpenFlags.ReadOnly, 0, Slot);
    }
}
