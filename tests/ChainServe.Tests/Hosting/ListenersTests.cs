using System.Net;
using System.Net.Sockets;
using ChainServe.Configuration;
using ChainServe.Hosting;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>The listening sockets, on Linux.</summary>
public sealed class ListenersTests
{
    private const int PatienceMicroseconds = 30_000_000;

    [Fact]
    public void AClientThatSpeaksIsAcceptedWithItsFirstBytes()
    {
        using Listeners listeners = Open();
        using Socket client = Connect(listeners);
        client.Send("GET / HTTP/1.1\r\n"u8);
        Assert.True(listeners.Sockets[0].Poll(PatienceMicroseconds, SelectMode.SelectRead));

        using Socket accepted = listeners.Sockets[0].Accept();
        Assert.NotEqual(0, accepted.Available);
    }

    [Fact]
    public void AClientThatStaysSilentIsNotThereAtOnceAndIsAcceptedInTheEnd()
    {
        using Listeners listeners = Open();
        using Socket client = Connect(listeners);
        Assert.False(listeners.Sockets[0].Poll(0, SelectMode.SelectRead));
        Assert.True(listeners.Sockets[0].Poll(PatienceMicroseconds, SelectMode.SelectRead));
    }

    private static Listeners Open()
    {
        return Listeners.Open(new ServerOptions { Host = "127.0.0.1", Port = 0 }, 1);
    }

    private static Socket Connect(Listeners listeners)
    {
        Socket client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(new IPEndPoint(IPAddress.Loopback, listeners.Port));
        return client;
    }
}
