using System;
using Xunit;

namespace ChainServe.Tests.Configuration;

public sealed class ConfigurationErrorTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose()
    {
        _fixture.Dispose();
    }

    [Theory]
    [InlineData(
        """{ "Port": "x" }""",
        "Port: 'x' (from chainserve.json) is not allowed; give a whole number from 0 to 65535.")]
    [InlineData(
        """{ "Port": 65536 }""",
        "Port: '65536' (from chainserve.json) is not allowed; give a whole number from 0 to 65535.")]
    [InlineData(
        """{ "Port": 1.5 }""",
        "Port: '1.5' (from chainserve.json) is not allowed; give a whole number from 0 to 65535.")]
    [InlineData(
        """{ "Port": 99999999999 }""",
        "Port: '99999999999' (from chainserve.json) is not allowed; give a whole number from 0 to 65535.")]
    [InlineData(
        """{ "Hidden": "maybe" }""",
        "Hidden: 'maybe' (from chainserve.json) is not allowed; give true or false.")]
    [InlineData(
        """{ "LogLevel": 2 }""",
        "LogLevel: '2' (from chainserve.json) is not allowed; give Error, Warning, Information or Debug.")]
    [InlineData(
        """{ "Host": "example.org" }""",
        "Host: 'example.org' (from chainserve.json) is not allowed; give an IP address such as ::, "
            + "0.0.0.0 or 127.0.0.1, or localhost.")]
    [InlineData(
        """{ "Host": "8080" }""",
        "Host: '8080' (from chainserve.json) is not allowed; give an IP address such as ::, 0.0.0.0 or "
            + "127.0.0.1, or localhost.")]
    [InlineData("""{ "Root": "" }""", "Root: '' (from chainserve.json) is not allowed; give the path of a directory.")]
    [InlineData(
        """{ "Index": ["a/b"] }""",
        "Index:0: 'a/b' (from chainserve.json) is not allowed; give a file name without a slash.")]
    [InlineData(
        """{ "Index": "a.html" }""",
        "Index: 'a.html' (from chainserve.json) is not allowed; give a list: [ … ] in the file, "
            + "CHAINSERVE_INDEX__0 and so on in the environment.")]
    [InlineData(
        """{ "Limits": 5 }""",
        "Limits: '5' (from chainserve.json) is not allowed; set its parts, such as Limits:ConnectionsPerWorker.")]
    [InlineData(
        """{ "Port": { "Number": 5 } }""",
        "Port:Number (from chainserve.json) is not a setting: Port has no parts; give it a whole number "
            + "from 0 to 65535.")]
    [InlineData("""{ "Prot": 1 }""", "Prot (from chainserve.json) is not a setting; did you mean Port?")]
    [InlineData(
        """{ "HeadBytesMax": 1 }""",
        "HeadBytesMax (from chainserve.json) is not a setting; did you mean Limits:HeadBytesMax?")]
    [InlineData(
        """{ "Canned": [{ "Path": "/" }, { "Path": "/b", "Boby": "" }] }""",
        "Canned:1:Boby (from chainserve.json) is not a setting; did you mean Canned:1:Body?")]
    [InlineData("""{ "Spdy": true }""", "Spdy (from chainserve.json) is not a setting; remove it.")]
    [InlineData(
        """{ "Compression": true }""",
        "Compression (from chainserve.json) is not a setting; did you mean Compress?")]
    [InlineData(
        """{ "Symlinks": "some" }""",
        "Symlinks: 'some' (from chainserve.json) is not allowed; give None, Inside or All.")]
    [InlineData(
        """{ "Hosts": [{ "Host": "a", "Redirects": [{ "From": "/a", "To": "/b", "Statuss": 301 }] }] }""",
        "Hosts:0:Redirects:0:Statuss (from chainserve.json) is not a setting; did you mean "
            + "Hosts:0:Redirects:0:Status?")]
    [InlineData(
        """{ "Hosts": [{ "Host": "a", "Index": "a.html" }] }""",
        "Hosts:0:Index: 'a.html' (from chainserve.json) is not allowed; give a list: [ … ] in the file, "
            + "CHAINSERVE_HOSTS__0__INDEX__0 and so on in the environment.")]
    [InlineData(
        """{ "Hosts": ["a"] }""",
        "Hosts:0: 'a' (from chainserve.json) is not allowed; set its parts, such as Hosts:0:Host.")]
    [InlineData(
        """{ "Headers": [{ "Source": "/**", "Set": "X-A: b", "Unset": ["X"] }] }""",
        "Headers:0:Set: 'X-A: b' (from chainserve.json) is not allowed; set its parts, such as Headers:0:Set:X-Name.")]
    [InlineData(
        """{ "Hosts": [{ "Host": "a", "Browse": { "Limit": 5 } }] }""",
        "Hosts:0:Browse:Limit (from chainserve.json) is not a setting: Hosts:0:Browse has no parts; give it true or "
            + "false.")]
    [InlineData(
        """{ "Limits": { "RequestLineBytesMax": 20000 } }""",
        "Limits:RequestLineBytesMax: '20000' (from chainserve.json) is not allowed; give at most "
            + "Limits:HeadBytesMax, which is 16384.")]
    [InlineData(
        """{ "Timeouts": { "HeadMilliseconds": 0 } }""",
        "Timeouts:HeadMilliseconds: '0' (from chainserve.json) is not allowed; give a whole number from "
            + "1 to 86400000.")]
    [InlineData(
        """{ "Canned": [{ "Path": "x" }] }""",
        "Canned:0:Path: 'x' (from chainserve.json) is not allowed; give a path such as /healthz, "
            + "without a query.")]
    [InlineData(
        """{ "Canned": [{ "Path": "/x" }, { "Path": "/x" }] }""",
        "Canned:1:Path: '/x' (from chainserve.json) is not allowed; give each path once.")]
    [InlineData(
        """{ "Canned": [{ "Path": "/x", "Status": 99 }] }""",
        "Canned:0:Status: '99' (from chainserve.json) is not allowed; give one of 200, 202, 203, 204, 400, 403, 404, "
            + "410, 418, 421, 422, 429, 451, 500, 501, 502, 503, 504.")]
    [InlineData(
        """{ "Canned": [{ "Path": "/x", "Status": 301 }] }""",
        "Canned:0:Status: '301' (from chainserve.json) is not allowed; give one of 200, 202, 203, 204, 400, 403, 404, "
            + "410, 418, 421, 422, 429, 451, 500, 501, 502, 503, 504.")]
    [InlineData(
        """{ "Canned": [{ "Path": "/a/../b" }] }""",
        "Canned:0:Path: '/a/../b' (from chainserve.json) is not allowed; give a path as a request is read: without "
            + "'%', '//', '/./' and '/../', and not hidden.")]
    [InlineData(
        """{ "Canned": [{ "Path": "/.status" }] }""",
        "Canned:0:Path: '/.status' (from chainserve.json) is not allowed; give a path as a request is read: without "
            + "'%', '//', '/./' and '/../', and not hidden.")]
    [InlineData(
        """{ "Limits": { "HeadBytesMax": 200 } }""",
        "Limits:HeadBytesMax: '200' (from chainserve.json) is not allowed; give at least "
            + "Limits:RequestLineBytesMax, which is 8192.")]
    [InlineData(
        """{ "Canned": [{ "Path": "/x", "ContentType": "a/b\r\nX: y" }] }""",
        "Canned:0:ContentType: 'a/b??X: y' (from chainserve.json) is not allowed; give a media type "
            + "such as text/plain.")]
    [InlineData(
        """{ "Canned": [{ "Path": "/x", "Status": 204, "Body": "b" }] }""",
        "Canned:0:Body: 'b' (from chainserve.json) is not allowed; give no body: a response with status "
            + "204 has none.")]
    [InlineData(
        "{ \"Port\": 1,\n  \"Host\" 2 }",
        "chainserve.json: line 2, column 10: this is not valid JSON; look for a missing or extra quote, "
            + "comma, colon or bracket just before it.")]
    [InlineData(
        "",
        "chainserve.json: line 1, column 1: this is not valid JSON; look for a missing or extra quote, "
            + "comma, colon or bracket just before it.")]
    [InlineData("[]", "chainserve.json: the file must hold one JSON object, such as { \"Port\": 8080 }.")]
    [InlineData(
        """{ "Limits": { "HeadBytesMax": 1, "headbytesmax": 2 } }""",
        "chainserve.json: 'Limits:headbytesmax' is given twice (capitals do not count); remove one of the two.")]
    [InlineData(
        """{ "ErrorPages": [{ "Status": 404, "File": "a" }, { "Status": "5xx", "File": "b" }] }""",
        "ErrorPages:1:Status: '5xx' (from chainserve.json) is not allowed; give one of 400, 401, 403, 404, 405, 406, "
            + "413, 414, 500, 501, 503.")]
    [InlineData(
        """{ "ErrorPages": [{ "Status": 5.5 }, { "Status": 404, "File": "b" }] }""",
        "ErrorPages:0:Status: '5.5' (from chainserve.json) is not allowed; give one of 400, 401, 403, 404, 405, 406, "
            + "413, 414, 500, 501, 503.",
        "ErrorPages:0:File: '' (from chainserve.json) is not allowed; give the path of a file under the root, without "
            + "'..' and a leading '/'.")]
    [InlineData(
        """{ "Redirects": [{ "From": "/a", "To": "/b", "Status": "3xx" }] }""",
        "Redirects:0:Status: '3xx' (from chainserve.json) is not allowed; give one of 301, 302, 303, 307, 308.")]
    [InlineData(
        """{ "Hosts": [{ "Host": "a", "Canned": [{ "Path": "/x", "Status": "ok" }] }] }""",
        "Hosts:0:Canned:0:Status: 'ok' (from chainserve.json) is not allowed; give one of 200, 202, 203, 204, 400, "
            + "403, 404, 410, 418, 421, 422, 429, 451, 500, 501, 502, 503, 504.")]
    [InlineData(
        """{ "ErrorPages": [{ "Statuss": 404, "File": "a" }] }""",
        "ErrorPages:0:Statuss (from chainserve.json) is not a setting; did you mean ErrorPages:0:Status?")]
    [InlineData(
        """{ "Headers": [{ "Set": "X-A: b" }] }""",
        "Headers:0:Set: 'X-A: b' (from chainserve.json) is not allowed; set its parts, such as Headers:0:Set:X-Name.")]
    [InlineData(
        """{ "Auth": [{ "Users": "ann" }] }""",
        "Auth:0:Users: 'ann' (from chainserve.json) is not allowed; give a list: [ … ] in the file, "
            + "CHAINSERVE_AUTH__0__USERS__0 and so on in the environment.")]
    public void AFileGetsOneLineForAMistake(string file, params string[] lines)
    {
        Assert.Equal(lines, _fixture.WithFile(file).Read().Errors);
    }

    [Theory]
    [InlineData(
        "CHAINSERVE_PORT", "tcp://10.0.0.1:80",
        "Port: 'tcp://10.0.0.1:80' (from CHAINSERVE_PORT) is not allowed; give a whole number from 0 to 65535.")]
    [InlineData("CHAINSERVE_PROT", "1", "CHAINSERVE_PROT is not a setting; did you mean CHAINSERVE_PORT?")]
    [InlineData(
        "CHAINSERVE_LIMITS__HEADBYTEMAX", "1",
        "CHAINSERVE_LIMITS__HEADBYTEMAX is not a setting; did you mean CHAINSERVE_LIMITS__HEADBYTESMAX?")]
    [InlineData(
        "CHAINSERVE_SERVICE_HOST", "10.0.0.1",
        "CHAINSERVE_SERVICE_HOST is not a setting; Kubernetes sets it for a Service named chainserve: "
            + "give the pod enableServiceLinks: false or the Service another name.")]
    public void AVariableGetsOneLineForAMistake(string name, string value, string line)
    {
        Assert.Equal([line], _fixture.WithVariable(name, value).Read().Errors);
    }

    [Theory]
    [InlineData("--port x", "Port: 'x' (from --port) is not allowed; give a whole number from 0 to 65535.")]
    [InlineData("--workers -1", "Workers: '-1' (from --workers) is not allowed; give a whole number from 0 to 1024.")]
    [InlineData(
        "--log-level loud",
        "LogLevel: 'loud' (from --log-level) is not allowed; give Error, Warning, Information or Debug.")]
    [InlineData(
        "--grace-period soon",
        "--grace-period: 'soon' is not allowed; give a number of seconds from 0 to 86400.")]
    [InlineData("--quiet=maybe", "--quiet: 'maybe' is not allowed; give true or false.")]
    [InlineData("--port", "--port needs a value; give --port N.")]
    [InlineData("--port 1 --port 2", "--port is given more than once; give it once.")]
    [InlineData("--prot 1", "'--prot' is not an option; did you mean --port?")]
    [InlineData("--prot=1", "'--prot' is not an option; did you mean --port?")]
    [InlineData("www --compression", "'--compression' is not an option; did you mean --compress?")]
    [InlineData("www --engine", "'--engine' is not an option; see chainserve --help.")]
    [InlineData("--spa --spa", "--spa is given more than once; give it once.")]
    [InlineData("--header", "--header needs a value; give --header LINE.")]
    [InlineData("--etag md5", "ETag: 'md5' (from --etag) is not allowed; give Modified, Hash or Off.")]
    [InlineData("--spa=", "--spa needs a value; give --spa[=FILE].")]
    [InlineData("--access-log=", "--access-log needs a value; give --access-log [FILE].")]
    [InlineData("--symlinks some", "Symlinks: 'some' (from --symlinks) is not allowed; give None, Inside or All.")]
    [InlineData("--no-precompressed=maybe", "--no-precompressed: 'maybe' is not allowed; give true or false.")]
    [InlineData("www other", "'other' is one argument too many; give one directory to serve.")]
    [InlineData(
        "www --spa app.html",
        "'app.html' is one argument too many; give one directory to serve; a value of --spa stands behind '=': "
            + "--spa=app.html.")]
    [InlineData(
        "--cors https://a.org www",
        "'www' is one argument too many; give one directory to serve; a value of --cors stands behind '=': "
            + "--cors=https://a.org.")]
    [InlineData(
        "--spa app.html --root www",
        "ROOT 'app.html' and --root 'www' differ; give one; a value of --spa stands behind '=': --spa=app.html.")]
    [InlineData("www --root other", "ROOT 'www' and --root 'other' differ; give one.")]
    [InlineData(
        "--config none.json",
        "the configuration file 'none.json' does not exist; correct --config or create the file.")]
    [InlineData("--config .", "the configuration file '.' is a directory; name a JSON file.")]
    public void ACommandLineGetsOneLineForAMistake(string arguments, string line)
    {
        Assert.Equal([line], _fixture.Read(arguments.Split(' ')).Errors);
    }

    [Fact]
    public void AllMistakesOfAllSourcesAreToldAtOnce()
    {
        _fixture.WithFile("""{ "Port": "x", "Prot": 1, "Limits": { "HeaderCountMax": 0 } }""");
        _fixture.WithVariable("CHAINSERVE_HIDDEN", "maybe");

        Assert.Equal(5, _fixture.Read("--workers", "many").Errors.Count);
    }

    [Fact]
    public void AHigherSourceDoesNotExcuseAMistakeBelowIt()
    {
        Assert.Single(_fixture.WithFile("""{ "Port": "x" }""").Read("--port", "1").Errors);
    }

    [Fact]
    public void AMistakeOfOneSourceDoesNotHideThatOfAnother()
    {
        _fixture.WithFile("""{ "Port": 99999, "ErrorPages": [{ "Status": "5xx", "File": "a" }] }""");
        _fixture.WithVariable("CHAINSERVE_PORT", "x").WithVariable("CHAINSERVE_ERRORPAGES__0__STATUS", "1");
        _fixture.WithVariable("CHAINSERVE_ERRORPAGES__0__FILE", "a");

        Assert.Equal(4, _fixture.Read().Errors.Count);
    }
}
