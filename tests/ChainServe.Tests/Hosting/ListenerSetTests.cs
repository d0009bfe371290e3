using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using ChainServe.Configuration;
using ChainServe.Hosting;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Which worker accepts from which socket, how often, and who closes it.</summary>
public sealed class ListenerSetTests
{
    private static Listener Make(int descriptor)
    {
        return new Listener(descriptor, () => { }, () => false);
    }

    private static List<int> ArmAll(ListenerSet set)
    {
        List<int> descriptors = [];
        while (set.WantsMore)
        {
            descriptors.Add(set.Arm(out _));
        }

        return descriptors;
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    [InlineData(5, 2)]
    [InlineData(2, 5)]
    public void EachWorkerHasASocketAndEachSocketAWorker(int sockets, int workers)
    {
        using Listeners listeners = Listeners.Open(new ServerOptions { Host = "127.0.0.1", Port = 0 }, sockets);
        Listener[][] shares = listeners.ShareOut(workers);

        Assert.Equal(workers, shares.Length);
        Assert.All(shares, Assert.NotEmpty);
        Assert.Equal(sockets, shares.SelectMany(share => share).Distinct().Count());
        Assert.All(shares.SelectMany(share => share), listener => Assert.Equal(workers > sockets
            && shares.Count(share => share.Contains(listener)) > 1, listener.IsShared));
    }

    [Fact]
    public void ASocketIsClosedByTheLastWorkerThatLetsItGo()
    {
        int closed = 0;
        Listener listener = new Listener(7, () => closed++, () => false).Share().Share();
        ListenerSet first = new ListenerSet([listener]);
        ListenerSet second = new ListenerSet([listener]);

        first.Release();
        Assert.Equal(0, closed);
        second.Release();
        Assert.Equal(1, closed);
    }

    [Fact]
    public void AcceptsAreSharedOutAmongTheSocketsOfAWorker()
    {
        List<int> descriptors = ArmAll(new ListenerSet([Make(5).Share(), Make(6).Share()]));
        Assert.Equal(32, descriptors.Count(descriptor => descriptor == 5));
        Assert.Equal(32, descriptors.Count(descriptor => descriptor == 6));
        Assert.Equal(64, ArmAll(new ListenerSet([Make(5).Share()])).Count);
    }

    /// <summary>The kernel wakes the accepts of a socket in the order in which they were armed.</summary>
    [Fact]
    public void FewAcceptsAreArmedOnASocketThatWorkersShare()
    {
        Assert.Equal(2, ArmAll(new ListenerSet([Make(5).Share().Share()])).Count);
    }

    [Fact]
    public void AnAcceptThatEndsIsMissingOnItsOwnSocket()
    {
        ListenerSet set = new ListenerSet([Make(5).Share(), Make(6).Share()]);
        ArmAll(set);
        set.Disarm(1);

        Assert.True(set.WantsMore);
        Assert.Equal(6, set.Arm(out ushort index));
        Assert.Equal(1, index);
        Assert.False(set.WantsMore);
    }

    [Fact]
    public void AListenerSaysWhetherClientsWait()
    {
        using Listeners listeners = Listeners.Open(new ServerOptions { Host = "127.0.0.1", Port = 0 }, 1);
        ListenerSet set = new ListenerSet(listeners.ShareOut(1)[0]);
        Assert.False(set.HasClients);
        using Socket client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listeners.Sockets[0].LocalEndPoint!);
        client.Send("GET"u8);
        Assert.True(listeners.Sockets[0].Poll(30_000_000, SelectMode.SelectRead));
        Assert.True(set.HasClients);
    }
}
