using System;
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

    [Fact]
    public void AnAcceptedSocketTakesLittleThatItsClientHasNoWindowFor()
    {
        const int TcpLevel = 6;
        const int NotSentLowWaterMark = 25;
        using Listeners listeners = Open();
        using Socket client = Connect(listeners);
        client.Send("GET / HTTP/1.1\r\n"u8);
        using Socket accepted = listeners.Sockets[0].Accept();
        byte[] value = new byte[sizeof(int)];
        accepted.GetRawSocketOption(TcpLevel, NotSentLowWaterMark, value);

        Assert.Equal(128 * 1024, BitConverter.ToInt32(value));
    }

    [Theory]
    [InlineData(SocketError.AddressAlreadyInUse, "--port")]
    [InlineData(SocketError.AccessDenied, "CAP_NET_BIND_SERVICE")]
    [InlineData(SocketError.AddressNotAvailable, "--host")]
    [InlineData(SocketError.AddressFamilyNotSupported, "--host")]
    [InlineData(SocketError.TooManyOpenSockets, "ulimit -n")]
    [InlineData(SocketError.NetworkDown, "NetworkDown")]
    public void AnAddressThatCannotBeListenedOnIsToldWithItsCure(SocketError error, string cure)
    {
        Assert.Contains(cure, TcpSockets.Describe(error, IPAddress.Loopback, 80), StringComparison.Ordinal);
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
