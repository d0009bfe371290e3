using System;
using System.Linq;
using System.Net;
using System.Text;
using ChainServe.Http;
using Xunit;

namespace ChainServe.Tests.Http;

/// <summary>The PROXY protocol: each header has one reading, whole or cut anywhere.</summary>
public sealed class ProxyHeaderTests
{
    private const string Signature = "0D0A0D0A000D0A515549540A";

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", "192.0.2.1", 56324)]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255", 65535)]
    [InlineData("PROXY TCP6 2001:db8::1 2001:db8::2 1 0\r\n", "2001:db8::1", 1)]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "::ffff:192.0.2.1", 1)]
    public void ATextHeaderNamesItsClient(string header, string address, int port)
    {
        ExpectClient(Encoding.ASCII.GetBytes(header), address, port);
    }

    [Theory]
    [InlineData("2111000CC0000201C0000202DC0401BB", "192.0.2.1", 56324)]
    [InlineData("21110010C0000201C0000202DC0401BB04000101", "192.0.2.1", 56324)]
    [InlineData(
        "2121002420010DB800000000000000000000000120010DB8000000000000000000000002DC0401BB", "2001:db8::1", 56324)]
    public void ABinaryHeaderNamesItsClient(string rest, string address, int port)
    {
        ExpectClient(Convert.FromHexString(Signature + rest), address, port);
    }

    [Theory]
    [InlineData("20000000")]
    [InlineData("2011000CC0000201C0000202DC0401BB")]
    [InlineData("21000000")]
    [InlineData("21000003040000")]
    public void ABinaryHeaderMayNameNobody(string rest)
    {
        ExpectNobody(Convert.FromHexString(Signature + rest));
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n")]
    public void ATextHeaderMayNameNobody(string header)
    {
        ExpectNobody(Encoding.ASCII.GetBytes(header));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\rX")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n")]
    [InlineData("PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 +1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\0\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1\0 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 3221225985 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 2001:db8::1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP6 192.0.2.1 2001:db8::1 1 2\r\n")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.01 2001:db8::1 1 2\r\n")]
    [InlineData("PROXY TCP6 fe80::1%1 2001:db8::1 1 2\r\n")]
    [InlineData("PROXY TCP6 [::1]:80 2001:db8::1 1 2\r\n")]
    [InlineData("PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY UNKNOWNX\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY\r\n")]
    public void AnythingElseIsRejected(string header)
    {
        Assert.Equal(ParseStatus.Rejected, Parse(Encoding.ASCII.GetBytes(header), out _, out _, out _));
    }

    [Theory]
    [InlineData("1111000CC0000201C0000202DC0401BB")]
    [InlineData("2211000CC0000201C0000202DC0401BB")]
    [InlineData("2112000CC0000201C0000202DC0401BB")]
    [InlineData("2141000CC0000201C0000202DC0401BB")]
    [InlineData("2111000BC0000201C0000202DC0401")]
    [InlineData("2121000CC0000201C0000202DC0401BB")]
    [InlineData("2111FFFF")]
    public void AnyOtherBinaryHeaderIsRejected(string rest)
    {
        Assert.Equal(ParseStatus.Rejected, Parse(Convert.FromHexString(Signature + rest), out _, out _, out _));
    }

    [Fact]
    public void ATextHeaderThatDoesNotEndIsRejectedAtItsLongestLength()
    {
        byte[] header = Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('x', 200));
        Assert.Equal(ParseStatus.Incomplete, Parse(header[..106], out _, out _, out _));
        Assert.Equal(ParseStatus.Rejected, Parse(header[..107], out _, out _, out _));
    }

    private static void ExpectClient(byte[] header, string address, int port)
    {
        ParseStatus status = Parse([.. header, .. "GET"u8], out int length, out bool has, out byte[] found);
        Assert.Equal(ParseStatus.Complete, status);
        Assert.Equal((header.Length, true), (length, has));
        IPAddress expected = IPAddress.Parse(address);
        bool isShort = expected.GetAddressBytes().Length == 4;
        Assert.Equal(isShort ? 2 : 10, found[0]);
        Assert.Equal(port, (found[2] << 8) | found[3]);
        Assert.Equal(expected.GetAddressBytes(), isShort ? found[4..8] : found[8..24]);
        ExpectIncompleteAtEveryByte(header);
    }

    private static void ExpectNobody(byte[] header)
    {
        Assert.Equal(ParseStatus.Complete, Parse([.. header, .. "GET"u8], out int length, out bool has, out _));
        Assert.Equal((header.Length, false), (length, has));
        ExpectIncompleteAtEveryByte(header);
    }

    private static void ExpectIncompleteAtEveryByte(byte[] header)
    {
        int[] others = Enumerable.Range(0, header.Length)
            .Where(cut => Parse(header[..cut], out _, out _, out _) != ParseStatus.Incomplete)
            .ToArray();
        Assert.Equal([], others);
    }

    private static ParseStatus Parse(byte[] bytes, out int length, out bool hasAddress, out byte[] address)
    {
        address = new byte[ProxyHeader.SocketAddressLength];
        return ProxyHeader.Parse(bytes, address, out length, out hasAddress);
    }
}
