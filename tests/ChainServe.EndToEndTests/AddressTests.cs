using System;
using System.IO;
using System.Linq;
using System.Text;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>From addresses to files: directories, index names, hidden names, odd names, and no way out.</summary>
public sealed class AddressTests
{
    private const string Secret = "secret outside of the root\n";

    [SkippableFact]
    public void ADirectoryIsItsIndex()
    {
        using var site = new TemporarySite();
        site.Write("index.html", "root index");
        site.Write("sub/index.html", "sub index");
        site.Write("empty/other.txt", "other");
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        Assert.Equal("root index", client.Ask("/").Text);
        Assert.Equal("root index", client.Ask("http://test").Text);
        Assert.Equal("root index", client.Ask("http://test/?a=b").Text);
        Assert.Equal("sub index", client.Ask("/sub/").Text);
        Assert.Equal("sub index", client.Ask("/sub//./x/../?q").Text);
        Assert.Equal(404, client.Ask("/empty/").Status);
        Assert.Equal(404, client.Ask("/empty/other.txt/").Status);
        Assert.Equal(404, client.Ask("/index.html/").Status);
        Assert.Equal(404, client.Ask("/index.html/x").Status);
        server.Stop();
    }

    [SkippableFact]
    public void TheFirstIndexNameThatExistsWins()
    {
        using var site = new TemporarySite();
        site.Write("both/start.htm", "first");
        site.Write("both/index.html", "second");
        site.Write("one/index.html", "only");
        using ServerProcess server = ServerProcess.Start(site, "--index", "start.htm", "--index", "index.html");
        using var client = new RawClient(server);
        for (int fetch = 0; fetch < 2; fetch++)
        {
            Assert.Equal("first", client.Ask("/both/").Text);
            Assert.Equal("only", client.Ask("/one/").Text);
        }

        server.Stop();
    }

    [SkippableTheory]
    [InlineData("/sub", "/sub/")]
    [InlineData("/sub?a=b&c=%20d", "/sub/?a=b&c=%20d")]
    [InlineData("//sub", "/sub/")]
    [InlineData("///sub?//evil.example", "/sub/?//evil.example")]
    [InlineData("//evil.example/../sub", "/sub/")]
    [InlineData("//evil.example", "/evil.example/")]
    [InlineData("/%2e/sub", "/sub/")]
    [InlineData("/a%20b", "/a%20b/")]
    [InlineData("/line%0d%0aX:%20y", "/line%0D%0AX%3A%20y/")]
    [InlineData("/%5cevil.example", "/%5Cevil.example/")]
    public void ADirectoryWithoutItsSlashIsRedirectedWithinTheSite(string target, string location)
    {
        using var site = new TemporarySite();
        foreach (string name in (string[])["sub", "evil.example", "a b", "line\r\nX: y", "\\evil.example"])
        {
            Directory.CreateDirectory(site.PathOf(name));
        }

        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        for (int fetch = 0; fetch < 2; fetch++)
        {
            RawResponse response = client.Ask(target);
            Assert.Equal(308, response.Status);
            Assert.Equal(location, response["Location"]);
        }

        server.Stop();
    }

    [SkippableFact]
    public void HiddenNamesAreServedOnlyOnDemand()
    {
        using var site = new TemporarySite();
        site.Write(".env", "hidden");
        site.Write(".git/config", "hidden");
        site.Write("sub/.htpasswd", "hidden");
        site.Write(".well-known/security.txt", "well-known");
        string[] hidden = ["/.env", "/%2eenv", "/.git/config", "/.git/", "/.git", "/sub/.htpasswd", "/x/../.env"];
        using (ServerProcess server = ServerProcess.Start(site))
        {
            using var client = new RawClient(server);
            Assert.All(hidden, target => Assert.Equal(404, client.Ask(target).Status));
            Assert.Equal("well-known", client.Ask("/.well-known/security.txt").Text);
            server.Stop();
        }

        using (ServerProcess server = ServerProcess.Start(site, "--hidden"))
        {
            using var client = new RawClient(server);
            string[] files = ["/.env", "/%2eenv", "/.git/config", "/sub/.htpasswd", "/x/../.env"];
            Assert.All(files, target => Assert.Equal("hidden", client.Ask(target).Text));
            Assert.Equal(308, client.Ask("/.git").Status);
            server.Stop();
        }
    }

    [SkippableFact]
    public void OddNamesAreServedUnderTheirEncodedAddress()
    {
        using var site = new TemporarySite();
        string[] names =
        [
            "a b.txt", "ünïcödé.txt", "日本語/文.html", "percent%41.txt", "quote\"'.txt", "new\nline.txt", "tab\t.txt",
            "question?.txt", "hash#.txt", "back\\slash.txt", "colon:.txt", new string('n', 255), "~tilde+plus&.txt",
            "x..y", "...dots",
        ];
        Array.ForEach(names, name => site.Write(name, $"content of {name}"));
        using ServerProcess server = ServerProcess.Start(site, "--hidden");
        using var client = new RawClient(server);
        foreach (string name in names)
        {
            string address = string.Concat(Encoding.UTF8.GetBytes(name).Select(
                value => value == '/' ? "/" : $"%{value:x2}"));
            Assert.Equal($"content of {name}", client.Ask("/" + address).Text);
            Assert.Equal($"content of {name}", client.Ask("/" + address).Text);
        }

        Assert.Equal(404, client.Ask("/" + new string('n', 256)).Status);
        server.Stop();
    }

    [SkippableFact]
    public void VeryLongPathsAreServed()
    {
        using var site = new TemporarySite();
        string path = string.Join('/', Enumerable.Repeat(new string('d', 200), 15)) + "/file.txt";

        // Deeper than the path limit of one system call when the root is added, so that it is made step by step.
        site.Write(path, "deep");
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        Assert.Equal("deep", client.Ask("/" + path).Text);
        Assert.Equal("deep", client.Ask("/" + path).Text);
        Assert.Equal(404, client.Ask("/" + path + "x").Status);
        server.Stop();
    }

    [SkippableTheory]
    [InlineData("/../outside/secret.txt")]
    [InlineData("/sub/../../outside/secret.txt")]
    [InlineData("/sub/../../../../../../../../etc/passwd")]
    [InlineData("/%2e%2e/outside/secret.txt")]
    [InlineData("/%2E%2E%2Foutside%2Fsecret.txt")]
    [InlineData("/..%2foutside/secret.txt")]
    [InlineData("/.%2e/outside/secret.txt")]
    [InlineData("/sub/%2e%2e/%2e%2e/outside/secret.txt")]
    [InlineData("/%252e%252e/outside/secret.txt")]
    [InlineData("/..%5coutside%5csecret.txt")]
    [InlineData("/..\\outside\\secret.txt")]
    [InlineData("/%c0%ae%c0%ae/outside/secret.txt")]
    [InlineData("/....//outside/secret.txt")]
    [InlineData("/..;/outside/secret.txt")]
    [InlineData("//../outside/secret.txt")]
    [InlineData("/./../outside/secret.txt")]
    [InlineData("/sub/..%00/../outside/secret.txt")]
    [InlineData("http://test/../outside/secret.txt")]
    [InlineData("/link/secret.txt")]
    [InlineData("/absolute/secret.txt")]
    [InlineData("/file-link")]
    [InlineData("/absolute-file-link")]
    [InlineData("/proc-link/version")]
    [InlineData("/chained")]
    public void NothingLeavesTheRoot(string target)
    {
        using var site = new TemporarySite();
        string secret = Path.Combine(site.Outside, "secret.txt");
        File.WriteAllText(secret, Secret);
        Directory.CreateDirectory(site.PathOf("sub"));
        File.CreateSymbolicLink(site.PathOf("link"), "../outside");
        File.CreateSymbolicLink(site.PathOf("absolute"), site.Outside);
        File.CreateSymbolicLink(site.PathOf("file-link"), "../outside/secret.txt");
        File.CreateSymbolicLink(site.PathOf("absolute-file-link"), secret);
        File.CreateSymbolicLink(site.PathOf("proc-link"), "/proc");
        File.CreateSymbolicLink(site.PathOf("chained"), "file-link");
        foreach (string[] form in (string[][])[["--hidden"], ["--hidden", "--immutable"]])
        {
            using ServerProcess server = ServerProcess.Start(site, form);
            for (int fetch = 0; fetch < 2; fetch++)
            {
                RawResponse response = RawClient.Fetch(server, target);
                Assert.Contains(response.Status, (int[])[400, 404]);
                Assert.DoesNotContain("secret outside", response.Text, StringComparison.Ordinal);
                Assert.DoesNotContain("root:", response.Text, StringComparison.Ordinal);
            }

            server.Stop();
        }
    }

    [SkippableFact]
    public void LinksWithinTheRootWork()
    {
        using var site = new TemporarySite();
        site.Write("sub/file.txt", "linked");
        File.CreateSymbolicLink(site.PathOf("link.txt"), "sub/file.txt");
        File.CreateSymbolicLink(site.PathOf("sub/up.txt"), "../sub/file.txt");
        File.CreateSymbolicLink(site.PathOf("folder"), "sub");
        File.CreateSymbolicLink(site.PathOf("loop"), "loop");
        File.CreateSymbolicLink(site.PathOf("dangling"), "nowhere");
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        foreach (string target in (string[])["/link.txt", "/sub/up.txt", "/folder/file.txt", "/folder/up.txt"])
        {
            Assert.Equal("linked", client.Ask(target).Text);
            Assert.Equal("linked", client.Ask(target).Text);
        }

        Assert.Equal(308, client.Ask("/folder").Status);
        Assert.Equal(404, client.Ask("/loop").Status);
        Assert.Equal(404, client.Ask("/dangling").Status);
        server.Stop();
    }
}
