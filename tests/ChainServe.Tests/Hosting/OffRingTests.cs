using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ChainServe.Configuration;
using ChainServe.Hosting;
using ChainServe.Http;
using ChainServe.Responses;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>The work that jobs do.</summary>
public sealed class OffRingTests : IDisposable
{
    private const string Pbkdf2 =
        "$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdew$/hzjypjXGy76eQJ.wq7Ru0Kv4648Yyn016wkJ6SXBIs";

    private readonly string _directory = Directory.CreateTempSubdirectory("chainserve-").FullName;

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
    }

    private static byte[] Decode(byte[] compressed, ContentCoding coding)
    {
        if (coding == ContentCoding.Zstd)
        {
            using ZstdSharp.Decompressor decompressor = new();
            return decompressor.Unwrap(compressed).ToArray();
        }

        using MemoryStream source = new(compressed);
        using Stream stream = coding == ContentCoding.Brotli
            ? new BrotliStream(source, CompressionMode.Decompress)
            : new GZipStream(source, CompressionMode.Decompress);
        using MemoryStream result = new();
        stream.CopyTo(result);
        return result.ToArray();
    }

    [Theory]
    [InlineData(ContentCoding.Brotli)]
    [InlineData(ContentCoding.Zstd)]
    [InlineData(ContentCoding.Gzip)]
    internal void WhatIsCompressedIsTheSameAgain(ContentCoding coding)
    {
        string lines = string.Concat(Enumerable.Range(0, 20_000).Select(line => $"line {line}\n"));
        byte[] text = Encoding.UTF8.GetBytes(lines);
        byte[] compressed = ContentCompressor.Compress(text, coding)!;
        Assert.True(compressed.Length < text.Length / 2);
        Assert.Equal(text, Decode(compressed, coding));
        Assert.Null(ContentCompressor.Compress(RandomNumberGenerator.GetBytes(10_000), coding));
    }

    // Vectors: PBKDF2 as another library computes it, in passlib's spelling; bcrypt's own of "U*U".
    [Theory]
    [InlineData("password", Pbkdf2, true)]
    [InlineData("Password", Pbkdf2, false)]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", true)]
    [InlineData("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", true)]
    [InlineData("U*V", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", false)]
    public void APasswordIsRightWhenItsHashIs(string password, string hash, bool isRight)
    {
        Assert.True(PasswordHash.IsValid(hash));
        Assert.Equal(isRight, PasswordVerifier.Verify(Encoding.UTF8.GetBytes(password), hash));
    }

    [Theory]
    [InlineData("/private", "/private", true)]
    [InlineData("/private", "/private/a", true)]
    [InlineData("/private/", "/private", true)]
    [InlineData("/private", "/privateer", false)]
    [InlineData("/private", "/", false)]
    [InlineData("/", "/anything", true)]
    public void ARuleProtectsItsPathAndWhatIsBelow(string rule, string path, bool isProtected)
    {
        AuthUser user = new() { Name = "a", Hash = Pbkdf2 };
        Authenticator authenticator = new([new AuthRule { Path = rule, Users = [user] }]);
        Assert.Equal(isProtected, authenticator.RuleOf(Encoding.ASCII.GetBytes(path)) is not null);
    }

    [Fact]
    public void TheClosestRuleDecides()
    {
        AuthUser[] users = [new AuthUser { Name = "a", Hash = Pbkdf2 }];
        Authenticator authenticator =
            new([new AuthRule { Path = "/a", Users = users }, new AuthRule { Path = "/a/b", Users = users }]);
        Assert.Equal(1, authenticator.RuleOf("/a/b/c"u8)!.Number);
        Assert.Equal(0, authenticator.RuleOf("/a/bc"u8)!.Number);
    }

    // RFC 7617 §2, RFC 4648 §4.
    [Theory]
    [InlineData("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame")]
    [InlineData("basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame")]
    [InlineData("BASIC  dGVzdDoxMjPCow==", "test", "123\u00a3")]
    [InlineData("Basic YTpiOmM=", "a", "b:c")]
    [InlineData("Basic Og==", "", "")]
    [InlineData("Basic YQ==", null, null)]
    [InlineData("Basic Y Tpi", null, null)]
    [InlineData("Basic YT\npi", null, null)]
    [InlineData("Basic YTp=", null, null)]
    [InlineData("Basic YTpi!", null, null)]
    [InlineData("Basic YToK", null, null)]
    [InlineData("Basic ", null, null)]
    [InlineData("Bearer YTpi", null, null)]
    [InlineData("", null, null)]
    public void CredentialsAreNameAndPassword(string field, string? name, string? password)
    {
        byte[] buffer = new byte[BasicCredentials.LengthMax];
        bool isRead = BasicCredentials.TryParse(
            Encoding.ASCII.GetBytes(field), buffer, out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> second);
        Assert.Equal(name is not null, isRead);
        Assert.Equal(name ?? "", Encoding.UTF8.GetString(first));
        Assert.Equal(password ?? "", Encoding.UTF8.GetString(second));
    }

    [Fact]
    public void CredentialsThatAreTooLongAreRefused()
    {
        string field = "Basic " + Convert.ToBase64String(new byte[BasicCredentials.LengthMax + 3].Select(_ => (byte)'a')
            .Append((byte)':').ToArray());
        byte[] buffer = new byte[BasicCredentials.LengthMax];
        Assert.False(BasicCredentials.TryParse(Encoding.ASCII.GetBytes(field), buffer, out _, out _));
    }

    [Fact]
    public void ADirectoryIsReadUpToItsLimitAndCountedWhole()
    {
        for (int file = 0; file < 20; file++)
        {
            File.WriteAllText(Path.Combine(_directory, $"f{file}"), "x");
        }

        File.WriteAllText(Path.Combine(_directory, ".hidden"), "x");
        File.WriteAllText(Path.Combine(_directory, "a.bak"), "x");
        Site site = new(new SitePolicy { Root = _directory, Hide = ["*.bak"] }, new SiteRoot(-1, false));
        DirectoryContent content = DirectoryReader.Read(_directory, "", site, 5);
        Assert.Equal((5, 20), (content.Entries.Count, content.Count));
        Assert.All(content.Entries, entry => Assert.Equal((1, false), (entry.Length, entry.IsDirectory)));
    }

    [Fact]
    public void AListingHasNoSockets()
    {
        File.WriteAllText(Path.Combine(_directory, "empty"), "");
        File.CreateSymbolicLink(Path.Combine(_directory, "link"), "socket");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_directory, "socket")));
        Site site = new(new SitePolicy { Root = _directory }, new SiteRoot(-1, false));
        DirectoryContent content = DirectoryReader.Read(_directory, "", site, 5);
        Assert.Equal("empty", Assert.Single(content.Entries).Name);
    }

    [Fact]
    public void AFloodOfJobsIsBounded()
    {
        int wakes = 0;
        JobQueue queue = new(() => wakes++, static job => job.Run());
        for (int job = 0; job < JobQueue.OutstandingMax; job++)
        {
            Assert.True(queue.TryStart(new FailingJob()));
        }

        Assert.False(queue.TryStart(new FailingJob()));
        Assert.Equal(JobQueue.OutstandingMax, wakes);
        Assert.True(queue.TryTake(out Job? ended));
        Assert.Equal("broken", ended.Failure!.Message);
        Assert.True(queue.TryStart(new FailingJob()));
    }

    private sealed class FailingJob : Job
    {
        protected override void Work()
        {
            throw new InvalidOperationException("broken");
        }
    }
}
