using System.Net;
using System.Net.Sockets;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests.Operations;

/// <summary>Sends without copy: two completions, the second of which gives the buffer back. TCP only.</summary>
public sealed class ZeroCopyTests : OperationTestBase
{
    [SkippableTheory]
    [InlineData("slot")]
    [InlineData("descriptor")]
    [InlineData("registered buffer")]
    [InlineData("message")]
    public void ASendWithoutCopyPostsItsResultAndThenANotification(string form)
    {
        IoUring.Require(Ring, Opcode.SendMessageZeroCopy, "6.1");
        using Socket listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using Socket client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        using Socket server = listener.Accept();
        Fill(Slot, (int)server.Handle);
        FixedBuffers buffers = FixedBuffers.Register(Ring, Memory, 2, 4096);
        "no copy"u8.CopyTo(Buffer);
        ref SubmissionQueueEntry entry = ref Ring.Next(Tag);
        switch (form)
        {
            case "slot":
                entry.PrepareSendZeroCopy(Slot, Buffer[..7], MessageFlags.NoSignal);
                break;
            case "descriptor":
                entry.PrepareSendZeroCopy((int)server.Handle, Buffer[..7], MessageFlags.NoSignal);
                break;
            case "registered buffer":
                entry.PrepareSendZeroCopyFixed(Slot, buffers.Bytes(1)[..7], MessageFlags.NoSignal, 1);
                break;
            default:
                entry.PrepareSendMessageZeroCopy(Slot, Header((4096, 7)), MessageFlags.NoSignal);
                break;
        }

        CompletionQueueEntry result = Ring.Wait();
        Assert.Equal((Tag, 7, true), (result.UserData, result.Result, result.HasMore));
        byte[] received = new byte[16];
        Assert.Equal(7, client.Receive(received));
        Assert.Equal("no copy"u8.ToArray(), received[..7]);
        CompletionQueueEntry notification = Ring.Wait();
        Assert.Equal((Tag, CompletionFlags.Notification), (notification.UserData, notification.Flags));
    }
}
