using System;
using System.Collections.Generic;
using System.Text;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests.Operations;

/// <summary>Sends and receives in every form, over a pair of connected sockets.</summary>
public sealed class MessageOperationTests : OperationTestBase
{
    private static readonly FixedFileSlot Other = new FixedFileSlot(4);

    private int _first = -1;
    private int _second = -1;

    [SkippableFact]
    public void SendAndReceiveWorkOnDescriptorsAndSlots()
    {
        Connect();
        "hello"u8.CopyTo(Buffer);
        Ring.Next(Tag).PrepareSend(_first, Buffer[..5], MessageFlags.NoSignal);
        Assert.Equal(5, Ring.Run(Tag));
        Ring.Next(Tag).PrepareReceive(Other, Buffer.Slice(100, 50), MessageFlags.Peek);
        Assert.Equal(5, Ring.Run(Tag));
        Ring.Next(Tag).PrepareReceive(_second, Buffer.Slice(200, 3), MessageFlags.None);
        Assert.Equal(3, Ring.Run(Tag));
        Assert.Equal("hel", Text(Buffer.Slice(200, 3)));
        Ring.Next(Tag).PrepareReceive(_second, Buffer.Slice(200, 50), MessageFlags.None);
        Assert.Equal(2, Ring.Run(Tag));
        Ring.Next(Tag).PrepareReceive(Other, Buffer.Slice(200, 50), MessageFlags.DontWait);
        Assert.Equal(-Errno.EAGAIN, Ring.Run(Tag));
        Ring.Next(Tag).PrepareSend(Slot, Buffer[..5], MessageFlags.WaitAll);
        Assert.Equal(5, Ring.Run(Tag));
    }

    [SkippableFact]
    public void TheEndOfTheStreamIsZeroAndABrokenPipeIsEpipe()
    {
        Connect();
        Ring.Next(Tag).PrepareShutdown(_second, ShutdownDirection.Both);
        Assert.Equal(0, Ring.Run(Tag));
        Ring.Next(Tag).PrepareReceive(Slot, Buffer[..5], MessageFlags.None);
        Assert.Equal(0, Ring.Run(Tag));
        Ring.Next(Tag).PrepareSend(Slot, Buffer[..5], MessageFlags.NoSignal);
        Assert.Equal(-Errno.EPIPE, Ring.Run(Tag));
        Ring.Next(Tag).PrepareReceive(new FixedFileSlot(0), Buffer[..5], MessageFlags.None);
        Assert.Equal(-Errno.EBADF, Ring.Run(Tag));
    }

    [SkippableFact]
    public void MessagesGatherAndScatterOnDescriptorsAndSlots()
    {
        Connect();
        "onetwo"u8.CopyTo(Buffer);
        ref MessageHeader message = ref Header((4096, 3), (4099, 3));
        Ring.Next(Tag).PrepareSendMessage(Slot, message, MessageFlags.None);
        Assert.Equal(6, Ring.Run(Tag));
        Ring.Next(Tag).PrepareSendMessage(_first, message, MessageFlags.None);
        Assert.Equal(6, Ring.Run(Tag));
        message = ref Header((5000, 2), (6000, 4));
        Ring.Next(Tag).PrepareReceiveMessage(Other, ref message, MessageFlags.None);
        Assert.Equal(6, Ring.Run(Tag));
        Assert.Equal(("on", "etwo"), (Text(Memory.Slice(5000, 2)), Text(Memory.Slice(6000, 4))));
        Ring.Next(Tag).PrepareReceiveMessage(_second, ref message, MessageFlags.None);
        Assert.Equal(6, Ring.Run(Tag));
        Assert.Equal(MessageFlags.None, message.Flags & MessageFlags.Peek);
    }

    [SkippableFact]
    public void AProvidedBufferIsTakenOnlyWhenDataComes()
    {
        Connect();
        using BufferRing buffers = BufferRing.Register(Ring, 7, 2, 64);
        foreach (ulong round in (ulong[])[0, 1, 2, 3, 4])
        {
            if (round % 2 == 0)
            {
                Ring.Next(round).PrepareReceiveSelect(Other, buffers.Group, ReceiveSendFlags.PollFirst);
            }
            else
            {
                Ring.Next(round).PrepareReceiveSelect(_second, buffers.Group, ReceiveSendFlags.None);
            }

            Ring.Submit();
            LibC.Write(_first, Encoding.ASCII.GetBytes($"round {round}"));
            CompletionQueueEntry completion = Ring.Wait();
            Assert.Equal((round, 7, true), (completion.UserData, completion.Result, completion.HasBuffer));
            BufferIndex index = new BufferIndex(completion.BufferId);
            Assert.Equal($"round {round}", Text(buffers.Bytes(index, completion.Result)));
            buffers.Return(index);
        }
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void MultishotReceiveGoesOnUntilTheGroupIsEmptyAndLosesNothing(bool onSlot)
    {
        Connect();
        using BufferRing buffers = BufferRing.Register(Ring, 7, 2, 64);
        if (onSlot)
        {
            Ring.Next(Tag).PrepareReceiveMultishot(Other, buffers.Group);
        }
        else
        {
            Ring.Next(Tag).PrepareReceiveMultishot(_second, buffers.Group);
        }

        Ring.Submit();
        foreach (string text in (string[])["a", "b"])
        {
            LibC.Write(_first, Encoding.ASCII.GetBytes(text));
            CompletionQueueEntry completion = Ring.Wait();
            Assert.Equal((1, true), (completion.Result, completion.HasMore));
            Assert.Equal(text, Text(buffers.Bytes(new BufferIndex(completion.BufferId), 1)));
        }

        LibC.Write(_first, "c"u8);
        CompletionQueueEntry last = Ring.Wait();
        Assert.Equal((-Errno.ENOBUFS, false), (last.Result, last.HasMore));
        buffers.Return(new BufferIndex(0));
        Ring.Next(Tag).PrepareReceiveSelect(Other, buffers.Group, ReceiveSendFlags.None);
        Assert.Equal(1, Ring.Run(Tag));
        Assert.Equal("c", Text(buffers.Bytes(new BufferIndex(0), 1)));
    }

    [SkippableFact]
    public void ABundleFillsBuffersInRingOrder()
    {
        Skip.IfNot(Ring.Features.Has(FeatureFlags.ReceiveSendBundle), "needs bundles, Linux 6.10");
        Connect();
        using BufferRing buffers = BufferRing.Register(Ring, 7, 4, 4);

        // Give the first two back in reverse order: from here on ids and ring order differ.
        LibC.Write(_first, "11112222"u8);
        for (int round = 0; round < 2; round++)
        {
            Ring.Next(Tag).PrepareReceiveSelect(Other, buffers.Group, ReceiveSendFlags.None);
            Assert.Equal(4, Ring.Run(Tag));
        }

        buffers.Return(new BufferIndex(1));
        buffers.Return(new BufferIndex(0));
        LibC.Write(_first, "aaaabbbbcccc"u8);
        Ring.Next(Tag).PrepareReceiveSelect(Other, buffers.Group, ReceiveSendFlags.Bundle);
        CompletionQueueEntry completion = Ring.Wait();
        List<ushort> ids = [];
        StringBuilder text = new StringBuilder();
        BufferIndex index = new BufferIndex(completion.BufferId);
        for (int left = completion.Result; left > 0; left -= 4)
        {
            ids.Add(index.Id);
            text.Append(Text(buffers.Bytes(index, Math.Min(left, 4))));
            index = buffers.After(index);
        }

        Assert.Equal(12, completion.Result);
        Assert.Equal([2, 3, 1], ids);
        Assert.Equal("aaaabbbbcccc", text.ToString());
    }

    [SkippableFact]
    public void ABundleSendsWhatTheGroupHolds()
    {
        Skip.IfNot(Ring.Features.Has(FeatureFlags.ReceiveSendBundle), "needs bundles, Linux 6.10");
        Connect();
        using BufferRing buffers = BufferRing.Register(Ring, 7, 2, 4);
        "abcd"u8.CopyTo(buffers.Bytes(new BufferIndex(0), 4));
        "efgh"u8.CopyTo(buffers.Bytes(new BufferIndex(1), 4));
        Ring.Next(Tag).PrepareSendBundle(Slot, buffers.Group, 0, MessageFlags.None);
        Assert.Equal(8, Ring.Run(Tag));
        Assert.Equal(8, LibC.Read(_second, Buffer));
        Assert.Equal("abcdefgh", Text(Buffer[..8]));
        Ring.Next(Tag).PrepareSendBundle(Slot, buffers.Group, 0, MessageFlags.None);
        Assert.Equal(-Errno.ENOBUFS, Ring.Run(Tag));
    }

    internal static string Text(ReadOnlySpan<byte> bytes)
    {
        return Encoding.ASCII.GetString(bytes);
    }

    private void Connect()
    {
        IoUring.Require();
        (_first, _second) = LibC.SocketPair();
        Owned.AddRange([_first, _second]);
        Fill(Slot, _first);
        Fill(Other, _second);
    }
}
