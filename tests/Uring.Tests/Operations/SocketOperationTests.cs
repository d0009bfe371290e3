using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Uring.Abi;
using Uring.Operations;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests.Operations;

/// <summary>Connections: accept, connect, socket, bind, listen, shutdown, in slots and descriptors.</summary>
public sealed class SocketOperationTests : OperationTestBase
{
    [SkippableFact]
    public void AcceptGivesADescriptor()
    {
        using Socket listener = Listen();
        Ring.Next(Tag).PrepareAccept(Handle(listener), SocketCreationFlags.CloseOnExec);
        Ring.Submit();
        using Socket client = Connect(listener);
        int connection = Ring.Run(Tag);
        client.Send("hi"u8);
        Ring.Next(Tag).PrepareReceive(connection, Buffer[..10], MessageFlags.None);
        Assert.Equal(2, Ring.Run(Tag));
        LibC.Close(connection);
        Assert.Equal(0, client.Receive(new byte[1]));
    }

    [SkippableFact]
    public void AcceptDirectFillsTheSlotThatWasPicked()
    {
        using Socket listener = Listen();
        using Socket client = Connect(listener);
        Ring.Next(Tag).PrepareAcceptDirect(Handle(listener), SocketCreationFlags.NonBlock, Slot);
        Assert.Equal(0, Ring.Run(Tag));
        "to you"u8.CopyTo(Buffer);
        Ring.Next(Tag).PrepareSend(Slot, Buffer[..6], MessageFlags.NoSignal);
        Assert.Equal(6, Ring.Run(Tag));
        byte[] answer = new byte[6];
        Assert.Equal(6, client.Receive(answer));
        Assert.Equal("to you"u8.ToArray(), answer);
        Ring.Next(Tag).PrepareCloseDirect(Slot);
        Assert.Equal(0, Ring.Run(Tag));
        Assert.Equal(0, client.Receive(answer));
    }

    [SkippableFact]
    public void AcceptDirectRefusesCloseOnExec()
    {
        using Socket listener = Listen();
        Ring.Next(Tag).PrepareAcceptDirect(Handle(listener), SocketCreationFlags.CloseOnExec, Slot);
        Assert.Equal(-Errno.EINVAL, Ring.Run(Tag));
    }

    [SkippableFact]
    public void MultishotAcceptGivesACompletionForEveryConnection()
    {
        using Socket listener = Listen();
        Ring.Next(Tag).PrepareMultishotAccept(Handle(listener), SocketCreationFlags.None);
        Ring.Submit();
        for (int round = 0; round < 3; round++)
        {
            using Socket client = Connect(listener);
            CompletionQueueEntry completion = Ring.Wait();
            Assert.Equal(Tag, completion.UserData);
            Assert.True(completion.HasMore);
            LibC.Close(completion.Result);
        }
    }

    [SkippableFact]
    public void MultishotAcceptDirectPicksSlotsAndEndsWhenTheTableIsFull()
    {
        using Socket listener = Listen();
        Ring.Next(Tag).PrepareMultishotAcceptDirect(Handle(listener), SocketCreationFlags.None);
        Ring.Submit();
        for (int slot = 0; slot < 8; slot++)
        {
            using Socket client = Connect(listener);
            CompletionQueueEntry completion = Ring.Wait();
            Assert.Equal((slot, true), (completion.Result, completion.HasMore));
        }

        using Socket lost = Connect(listener);
        CompletionQueueEntry last = Ring.Wait();
        Assert.Equal((-Errno.ENFILE, false), (last.Result, last.HasMore));
    }

    [SkippableFact]
    public void ConnectReachesAListenerFromADescriptorAndFromASlot()
    {
        using Socket listener = Listen();
        Span<byte> address = Address(listener);
        using Socket client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Ring.Next(Tag).PrepareConnect(Handle(client), address);
        Assert.Equal(0, Ring.Run(Tag));
        listener.Accept().Dispose();
        Ring.Next(Tag).PrepareSocketDirect(
            SocketDomain.InternetV4, SocketKind.Stream, SocketCreationFlags.None, 0, Slot);
        Assert.Equal(0, Ring.Run(Tag));
        Ring.Next(Tag).PrepareConnect(Slot, address);
        Assert.Equal(0, Ring.Run(Tag));
        using Socket accepted = listener.Accept();
        accepted.Send("x"u8);
        Ring.Next(Tag).PrepareReceive(Slot, Buffer[..9], MessageFlags.None);
        Assert.Equal(1, Ring.Run(Tag));
    }

    [SkippableFact]
    public void SocketGivesADescriptorAndRefusesAnUnknownFamily()
    {
        Ring.Next(Tag).PrepareSocket(SocketDomain.InternetV4, SocketKind.Stream, SocketCreationFlags.CloseOnExec);
        int socket = Ring.Run(Tag);
        Assert.True(LibC.IsOpen(socket));
        LibC.Close(socket);
        Ring.Next(Tag).PrepareSocket((SocketDomain)9999, SocketKind.Stream);
        Assert.True(Ring.Run(Tag) < 0);
    }

    [SkippableFact]
    public void BindAndListenMakeAListenerOfASlot()
    {
        IoUring.Require(Ring, Opcode.Listen, "6.11");
        using Socket free = Listen();
        Span<byte> address = Address(free);
        Ring.Next(Tag).PrepareSocketDirect(
            SocketDomain.InternetV4, SocketKind.Stream, SocketCreationFlags.None, 0, Slot);
        Assert.Equal(0, Ring.Run(Tag));
        Ring.Next(Tag).PrepareBind(Slot, address);
        Assert.Equal(-Errno.EADDRINUSE, Ring.Run(Tag));
        address[2] = address[3] = 0;
        Ring.Next(Tag).PrepareBind(Slot, address);
        Assert.Equal(0, Ring.Run(Tag));
        Ring.Next(Tag).PrepareListen(Slot, 16);
        Assert.Equal(0, Ring.Run(Tag));
    }

    [SkippableFact]
    public void ShutdownEndsTheStreamFromADescriptorAndFromASlot()
    {
        (int first, int second) = LibC.SocketPair();
        Ring.Next(Tag).PrepareShutdown(first, ShutdownDirection.Write);
        Assert.Equal(0, Ring.Run(Tag));
        Assert.Equal(0, LibC.Read(second, Buffer));
        Assert.Equal(2, LibC.Write(second, "on"u8));
        Fill(Slot, second);
        Ring.Next(Tag).PrepareShutdown(Slot, ShutdownDirection.Both);
        Assert.Equal(0, Ring.Run(Tag));
        Assert.Equal(2, LibC.Read(first, Buffer));
        Assert.Equal(0, LibC.Read(first, Buffer));
        LibC.Close(first, second);
        (int read, int write) = LibC.Pipe();
        Ring.Next(Tag).PrepareShutdown(read, ShutdownDirection.Both);
        Assert.Equal(-Errno.ENOTSOCK, Ring.Run(Tag));
        LibC.Close(read, write);
    }

    [SkippableFact]
    public void AQueueIsAskedForOnADescriptorAndOnASlotAndOnlyWhereThereIsOne()
    {
        using Socket listener = Listen();
        using Socket client = Connect(listener);
        using Socket accepted = listener.Accept();
        client.Send("abc"u8);
        Ring.Next(Tag).PrepareCommandSocket(SocketCommand.InputQueue, Handle(accepted));
        Assert.Equal(3, Ring.Run(Tag));
        Fill(Slot, Handle(accepted));
        Ring.Next(Tag).PrepareCommandSocket(SocketCommand.InputQueue, Slot);
        Assert.Equal(3, Ring.Run(Tag));
        Ring.Next(Tag).PrepareCommandSocket(SocketCommand.OutputQueue, Handle(listener));
        Assert.Equal(-Errno.EINVAL, Ring.Run(Tag));
        (int first, int second) = LibC.SocketPair();
        Ring.Next(Tag).PrepareCommandSocket(SocketCommand.OutputQueue, first);
        Assert.Equal(-Errno.EOPNOTSUPP, Ring.Run(Tag));
        LibC.Close(first, second);
    }

    private static Socket Listen()
    {
        IoUring.Require();
        Socket listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(64);
        return listener;
    }

    private static Socket Connect(Socket listener)
    {
        Socket client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        return client;
    }

    private static int Handle(Socket socket)
    {
        return (int)socket.Handle;
    }

    private Span<byte> Address(Socket listener)
    {
        Span<byte> address = Memory.Slice(8192, 16);
        address.Clear();
        ushort family = (ushort)SocketDomain.InternetV4;
        MemoryMarshal.Write(address, in family);
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)((IPEndPoint)listener.LocalEndPoint!).Port);
        IPAddress.Loopback.TryWriteBytes(address[4..], out _);
        return address;
    }
}
