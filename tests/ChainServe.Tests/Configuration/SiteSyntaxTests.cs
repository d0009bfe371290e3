using System.Collections.Generic;
using System.Linq;
using System.Text;
using ChainServe.Configuration;
using ChainServe.Responses;
using Xunit;

namespace ChainServe.Tests.Configuration;

/// <summary>The forms that texts of a site have.</summary>
public sealed class SiteSyntaxTests
{
    private const string Salt = "abcdefghijklmnopqrstuu";
    private const string Checksum = "ABCDEFGHIJKLMNOPQRSTUVWXYZ01234";

    // RFC 9110 §8.3.1: type "/" subtype parameters; §5.6.6: parameters; §5.6.4: quoted strings.
    [Theory]
    [InlineData("text/plain", true)]
    [InlineData("text/plain;charset=utf-8", true)]
    [InlineData("text/plain ; charset=utf-8; a=\"b;\\\"c\"", true)]
    [InlineData("application/vnd.a+json", true)]
    [InlineData("", false)]
    [InlineData("text", false)]
    [InlineData("/plain", false)]
    [InlineData("text/", false)]
    [InlineData("text/plain/x", false)]
    [InlineData("te xt/plain", false)]
    [InlineData("text/plain;", false)]
    [InlineData("text/plain; charset", false)]
    [InlineData("text/plain; charset=", false)]
    [InlineData("text/plain; a=\"b", false)]
    [InlineData("text/plain; a=b c", false)]
    [InlineData("text/plain\r\nX: y", false)]
    [InlineData("text/pläin", false)]
    public void AMediaTypeIsTwoTokensAndParameters(string text, bool isValid)
    {
        Assert.Equal(isValid, FieldSyntax.IsMediaType(text));
    }

    // RFC 6454 §6.2: scheme "://" host [ ":" port ], nothing behind it.
    [Theory]
    [InlineData("https://example.org", true)]
    [InlineData("http://localhost:3000", true)]
    [InlineData("https://[::1]:8443", true)]
    [InlineData("capacitor://localhost", true)]
    [InlineData("https://example.org/", false)]
    [InlineData("https://Example.org", false)]
    [InlineData("https://example.org:443", false)]
    [InlineData("http://example.org:80", false)]
    [InlineData("https://example.org:80", true)]
    [InlineData("https://example.org:", false)]
    [InlineData("https://", false)]
    [InlineData("example.org", false)]
    [InlineData("null", false)]
    [InlineData("https://a.org\r\nX: y", false)]
    [InlineData("https://a.org https://b.org", false)]
    public void AnOriginIsAsBrowsersSendIt(string origin, bool isValid)
    {
        var options = new ServerOptions { Cors = [origin] };

        Assert.Equal(isValid, options.Validate().Count == 0);
    }

    [Theory]
    [InlineData("example.org", true)]
    [InlineData("*.example.org", true)]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]", true)]
    [InlineData("xn--bcher-kva.example", true)]
    [InlineData("a_b.example", true)]
    [InlineData("", false)]
    [InlineData("*", false)]
    [InlineData("*.", false)]
    [InlineData("*.*.org", false)]
    [InlineData("a.*.org", false)]
    [InlineData("example.org.", false)]
    [InlineData("example..org", false)]
    [InlineData("-a.org", false)]
    [InlineData("example.org:80", false)]
    [InlineData("[::1]:80", false)]
    [InlineData("::1", false)]
    [InlineData("bücher.example", false)]
    [InlineData("a/b", false)]
    public void AHostIsANameOrEveryNameBelowOne(string host, bool isValid)
    {
        Assert.Equal(isValid, SiteName.IsValid(host));
    }

    [Theory]
    [InlineData($"$2b$05${Salt}{Checksum}", true)]
    [InlineData($"$2a$04${Salt}{Checksum}", true)]
    [InlineData($"$2y$16${Salt}{Checksum}", true)]
    [InlineData($"$2x$05${Salt}{Checksum}", false)]
    [InlineData($"$2b$03${Salt}{Checksum}", false)]
    [InlineData($"$2b$17${Salt}{Checksum}", false)]
    [InlineData($"$2b$5${Salt}{Checksum}x", false)]
    [InlineData($"$2b$05${Salt}{Checksum}x", false)]
    [InlineData($"$2b$05${Salt}", false)]
    [InlineData("$pbkdf2-sha256$1000$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true)]
    [InlineData("$pbkdf2-sha256$10000000$c2FsdA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", true)]
    [InlineData("$pbkdf2-sha512$29000$..//$AAAAAAAAAAAAAAAAAAAAAA", true)]
    [InlineData("$pbkdf2-sha256$999$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("$pbkdf2-sha256$10000001$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("$pbkdf2-sha256$1000$$AAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("$pbkdf2-sha256$1000$c2FsdA$AAAA", false)]
    [InlineData("$pbkdf2-sha256$1000$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA\n", false)]
    [InlineData("$pbkdf2-sha256$1000$c!$AAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("$pbkdf2-sha1$1000$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("$pbkdf2-sha256$1000$c2FsdA", false)]
    [InlineData("secret", false)]
    [InlineData("", false)]
    public void AHashIsBcryptOrPbkdf2(string hash, bool isValid)
    {
        Assert.Equal(isValid, PasswordHash.IsValid(hash));
    }

    // RFC 7617 §2: a user-id has no colon.
    [Fact]
    public void AuthSaysWhatIsWrongWithoutShowingASecret()
    {
        var user = new AuthUser { Name = "ann", Hash = $"$2b$05${Salt}{Checksum}" };
        var options = new ServerOptions
        {
            Auth =
            [
                new AuthRule { Path = "x", Users = [user] },
                new AuthRule { Path = "/x", Users = [] },
                new AuthRule { Path = "/x", Users = [user, user, user with { Name = "a:b" }, user with { Name = "" }] },
                new AuthRule { Users = [new AuthUser { Name = "bob", Hash = "secret" }] },
                new AuthRule { Path = "/y", Users = [user with { Hash = "$2b$05$secret" }] },
            ],
        };

        IReadOnlyList<OptionError> errors = options.Validate();

        string[] keys = [.. errors.Select(error => error.Key["Auth:".Length..])];
        string[] expected =
        [
            "0:Path", "1:Users", "2:Path", "2:Users:1:Name", "2:Users:2:Name", "2:Users:3:Name", "3:Users:0:Hash",
            "4:Users:0:Hash",
        ];
        Assert.Equal(expected, keys);
        Assert.Equal(["…", "$2b$…"], errors.TakeLast(2).Select(error => error.Value));
    }

    [Fact]
    public void EveryStatusThatMayHaveAPageIsAnError()
    {
        // 401 and 416 have answers of their own, made where the challenge and the length are known.
        int[] other = [401, 416];
        Assert.All(
            SiteValidator.ErrorPageStatuses.Except(other),
            status => Assert.True(StatusLines.IsKnown(status) && status >= 400));
    }

    [Fact]
    public void AValueHasALargestLength()
    {
        Assert.True(FieldSyntax.IsValue(new string('a', 4096)));
        Assert.False(FieldSyntax.IsValue(new StringBuilder().Append('a', 4097).ToString()));
    }
}
