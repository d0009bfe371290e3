using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using ChainServe.Chains;
using ChainServe.Connections;
using Uring.Abi;
using Xunit;

namespace ChainServe.Tests.Chains;

/// <summary>
/// What each chain makes of each result: every errno that has a name, one that has none, and counts around the expected
/// length. EFAULT, EINVAL, EBADF and ENOTSOCK of our own entries are bugs and end the process; they are left out.
/// </summary>
public sealed class CompleteTests
{
    private const int Length = 1000;

    private static readonly int[] Bugs = [Errno.EFAULT, Errno.EINVAL, Errno.EBADF, Errno.ENOTSOCK];

    private static readonly int[] AllErrors =
        [.. typeof(Errno).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (int)field.GetRawConstantValue()!).Except(Bugs), 117];

    [Fact]
    public void AnAcceptFailsForTheClientForTheServerOrUnexpectedly()
    {
        Dictionary<AcceptOutcome, string> known = new Dictionary<AcceptOutcome, string>
        {
            [AcceptOutcome.ClientGone] =
                "ECONNABORTED, EPROTO, ENETDOWN, EHOSTUNREACH, ETIMEDOUT, EPERM, EAGAIN, EINTR",
            [AcceptOutcome.OutOfResources] = "EMFILE, ENFILE, ENOBUFS, ENOMEM",
            [AcceptOutcome.Canceled] = "ECANCELED",
        };
        Check(known, AcceptOutcome.Unexpected, AcceptChain.Complete);
        Assert.Equal(AcceptOutcome.Accepted, AcceptChain.Complete(0));
    }

    [Fact]
    public void AReceiveEndsWithDataAnEndOrABreak()
    {
        Dictionary<ReceiveOutcome, string> known = new Dictionary<ReceiveOutcome, string>
        {
            [ReceiveOutcome.NoBuffer] = "ENOBUFS, EAGAIN, EINTR",
            [ReceiveOutcome.Broken] =
                "ECONNRESET, EPIPE, ENOTCONN, ETIMEDOUT, EHOSTUNREACH, ECONNABORTED, ENETDOWN",
            [ReceiveOutcome.Canceled] = "ECANCELED",
        };
        Check(known, ReceiveOutcome.Unexpected, ReceiveChain.Complete);
        Assert.Equal(ReceiveOutcome.EndOfStream, ReceiveChain.Complete(0));
        Assert.Equal(ReceiveOutcome.Data, ReceiveChain.Complete(1));
        Assert.Equal(ReceiveOutcome.Data, ReceiveChain.Complete(4096));
    }

    [Fact]
    public void AResolveFindsWhatThereIs()
    {
        Dictionary<ResolveOutcome, string> known = new Dictionary<ResolveOutcome, string>
        {
            [ResolveOutcome.Missing] = "ENOENT, ENOTDIR, ENAMETOOLONG, EXDEV, ELOOP",
            [ResolveOutcome.Forbidden] = "EACCES, EPERM",
            [ResolveOutcome.NotServed] = "ENXIO, ENODEV, EBUSY",
            [ResolveOutcome.Retry] = "EAGAIN, EINTR, ESTALE",
            [ResolveOutcome.OutOfResources] = "EMFILE, ENFILE, ENOMEM, ENOBUFS",
        };
        Check(known, ResolveOutcome.Failed, ResolveChain.CompleteOpen, except: Errno.ENOTSOCK);
        Assert.Equal(ResolveOutcome.Opened, ResolveChain.CompleteOpen(0));
        Assert.Equal(ResolveOutcome.Opened, ResolveChain.CompleteOpen(1_000_000));
    }

    [Fact]
    public void AnOpenOfAKnownFileIsColdOrFindsAChange()
    {
        Dictionary<FileOutcome, string> known = new Dictionary<FileOutcome, string> { [FileOutcome.Cold] = "EAGAIN" };
        Check(known, FileOutcome.Changed, result => FileChain.Complete(FileChain.Step.Open, result, Length));
        Check(
            known,
            FileOutcome.Changed,
            result => CheckedFileChain.Complete(CheckedFileChain.Step.Open, result, Length));
    }

    [Fact]
    public void AReadOfAKnownFileIsColdOrFindsAChange()
    {
        Dictionary<FileOutcome, string> known = new Dictionary<FileOutcome, string>
        {
            [FileOutcome.Cold] = "EAGAIN, EOPNOTSUPP",
        };
        Check(known, FileOutcome.Changed, result => FileChain.Complete(FileChain.Step.Read, result, Length));
        Check(
            known,
            FileOutcome.Changed,
            result => CheckedFileChain.Complete(CheckedFileChain.Step.Read, result, Length));
        foreach (int count in new[] { 0, 1, Length - 1, Length + 1 })
        {
            Assert.Equal(
                FileOutcome.Changed, CheckedFileChain.Complete(CheckedFileChain.Step.Read, count, Length));
            Assert.Equal(FileOutcome.Changed, FileChain.Complete(FileChain.Step.Read, count, Length));
        }

        Assert.Equal(FileOutcome.Read, CheckedFileChain.Complete(CheckedFileChain.Step.Read, Length, Length));
        Assert.Equal(FileOutcome.Read, CheckedFileChain.Complete(CheckedFileChain.Step.Read, 0, 0));
    }

    [Fact]
    public void ASendThatSentTooLittleGoesOnUnlessItsClientIsGone()
    {
        Dictionary<TailOutcome, string> known = new Dictionary<TailOutcome, string>
        {
            [TailOutcome.SendFailed] =
                "EPIPE, ECONNRESET, ECANCELED, ETIMEDOUT, EHOSTUNREACH, ENETDOWN, ECONNABORTED, ENOTCONN",
            [TailOutcome.SentInPart] = "ENOBUFS, ENOMEM, EINTR, EAGAIN",
        };
        Check(known, TailOutcome.Unexpected, ResponseTail.CompleteSend);
        Check(known, TailOutcome.Unexpected, result => ResolveChain.CompleteTail(ResolveChain.Step.Send, result));
        Check(known, TailOutcome.Unexpected, result => CannedChain.Complete(CannedChain.Step.Send, result, Length));
        foreach (int count in new[] { 0, 1, Length - 1 })
        {
            Assert.Equal(TailOutcome.SentInPart, ResponseTail.CompleteSend(count));
            Assert.Equal(TailOutcome.SentInPart, CannedChain.Complete(CannedChain.Step.Send, count, Length));
            Assert.Equal(FileOutcome.SentInPart, FileChain.Complete(FileChain.Step.Send, count, Length));
            Assert.Equal(FileOutcome.SentInPart, CheckedFileChain.Complete(CheckedFileChain.Step.Send, count, Length));
        }

        Assert.Equal(TailOutcome.Done, CannedChain.Complete(CannedChain.Step.Send, Length, Length));
    }

    [Fact]
    public void ACloseEndsItsChainWhateverItReports()
    {
        foreach (int result in AllErrors.Select(error => -error).Append(0))
        {
            Assert.Equal(TailOutcome.Done, ResponseTail.CompleteClose(result, isSocket: false));
            Assert.Equal(TailOutcome.SocketClosed, ResponseTail.CompleteClose(result, isSocket: true));
            Assert.Equal(FileOutcome.Done, FileChain.Complete(FileChain.Step.Close, result, Length));
            Assert.Equal(FileOutcome.SocketClosed, FileChain.Complete(FileChain.Step.CloseSocket, result, Length));
            Assert.Equal(ChunkOutcome.Done, ChunkChain.Complete(ChunkChain.Step.Close, result, Length));
            Assert.Equal(ChunkOutcome.SocketClosed, ChunkChain.Complete(ChunkChain.Step.CloseSocket, result, Length));
            Assert.True(CloseChain.Complete(CloseChain.Step.CloseSocket, result));
            Assert.False(CloseChain.Complete(CloseChain.Step.CloseFile, result));
            Assert.False(CloseChain.Complete(CloseChain.Step.Cancel, result));
            Assert.False(CloseChain.Complete(CloseChain.Step.Shutdown, result));
        }
    }

    [Fact]
    public void AChunkChainThatReportsBeforeItsLastStepIsBroken()
    {
        ChunkChain.Step[] early = [ChunkChain.Step.CloseDescriptor, ChunkChain.Step.Read];
        ChunkChain.Step[] sends =
        [
            ChunkChain.Step.Send,
            ChunkChain.Step.SecondSend,
            ChunkChain.Step.ThirdSend,
            ChunkChain.Step.SendOfChain,
            ChunkChain.Step.SendOfBody,
        ];
        int[] results = [.. AllErrors.Select(error => -error), 0, 1, Length - 1];
        foreach (int result in results)
        {
            Assert.Equal(ChunkOutcome.NotInstalled, ChunkChain.Complete(ChunkChain.Step.Install, result, Length));
            bool isShort = result is >= 0 or -Errno.ENOBUFS or -Errno.ENOMEM or -Errno.EINTR or -Errno.EAGAIN;
            ChunkOutcome ofSends = isShort ? ChunkOutcome.SentInPart : ChunkOutcome.Broken;
            Assert.All(sends, step => Assert.Equal(ofSends, ChunkChain.Complete(step, result, Length)));
            Assert.All(early, step => Assert.Equal(ChunkOutcome.Broken, ChunkChain.Complete(step, result, Length)));
        }

        Assert.Equal(ChunkOutcome.Sent, ChunkChain.Complete(ChunkChain.Step.SendOfChain, Length, Length));
    }

    [Theory]
    [InlineData(1, 300, 301)]
    [InlineData(65536, 300, 65836)]
    [InlineData(65537, 300, 1)]
    [InlineData(262144, 300, 65536)]
    [InlineData(262143, 0, 65535)]
    [InlineData(65536, 0, 65536)]
    public void TheLastSendOfAChainHasTheHeadOnlyInFrontOfTheFirstChunk(long bytes, int head, int expected)
    {
        Assert.Equal(expected, ChunkChain.LastSendLength(bytes, head));
        Assert.Equal(65536, ResponseBuffers.BodyLength);
    }

    private static void Check<TOutcome>(
        Dictionary<TOutcome, string> known,
        TOutcome other,
        Func<int, TOutcome> complete,
        int except = 0)
        where TOutcome : struct, Enum
    {
        foreach (int error in AllErrors.Where(error => error != except))
        {
            TOutcome expected = other;
            foreach ((TOutcome outcome, string names) in known)
            {
                expected = FaultRow.Words(names).Any(name => FaultRow.ErrnoOf(name) == error) ? outcome : expected;
            }

            Assert.Equal((error, expected), (error, complete(-error)));
        }
    }
}
