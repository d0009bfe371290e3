using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>Clients that keep their connections and ask all at once for /file.bin, a file of
/// <see cref="Pattern"/>.</summary>
internal static class Crowd
{
    internal static List<RawClient> Connect(ServerProcess server, int count)
    {
        return [.. Enumerable.Range(0, count).Select(_ => new RawClient(server))];
    }

    /// <summary>One request of each.</summary>
    internal static void Ask(List<RawClient> clients)
    {
        clients.ForEach(client => client.Send(RawClient.Request("/file.bin")));
        clients.ForEach(client => Assert.True(Pattern.Matches(0, client.Read().Body)));
    }
}
