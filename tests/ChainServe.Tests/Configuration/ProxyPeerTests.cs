using System.Net;
using ChainServe.Configuration;
using Xunit;

namespace ChainServe.Tests.Configuration;

/// <summary>Whom <c>--proxy-protocol</c> trusts: exactly those that it seems to name.</summary>
public sealed class ProxyPeerTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1/32")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("::1", "::1/128")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("2001:0db8::/32", "2001:db8::/32")]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1/32")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8")]
    [InlineData("::ffff:0:0/96", "0.0.0.0/0")]
    public void AnAddressOrANetworkIsTrusted(string entry, string expected)
    {
        Assert.True(ProxyPeer.TryParse(entry, out IPNetwork network));
        Assert.Equal(IPNetwork.Parse(expected), network);
    }

    [Theory]
    [InlineData("0177.0.0.0/8")]
    [InlineData("127.0.0.1/032")]
    [InlineData("010.0.0.1")]
    [InlineData("0x7f.0.0.1/32")]
    [InlineData("127.1/32")]
    [InlineData("8080")]
    [InlineData("8080/32")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.1/8")]
    [InlineData("2001:db8::/129")]
    [InlineData("::ffff:0177.0.0.1")]
    [InlineData("::ffff:0177.0.0.0/104")]
    [InlineData("::ffff:0:0/95")]
    [InlineData("fe80::1%1/128")]
    [InlineData("unix/8")]
    [InlineData("")]
    public void WhatCouldBeReadInTwoWaysIsNot(string entry)
    {
        Assert.False(ProxyPeer.IsValid(entry));
    }

    [Fact]
    public void EveryClientOfAUnixSocketIsTrustedByItsName()
    {
        Assert.True(ProxyPeer.IsValid(ProxyPeer.Unix));
        Assert.False(ProxyPeer.TryParse(ProxyPeer.Unix, out _));
    }
}
