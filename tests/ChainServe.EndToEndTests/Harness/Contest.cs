using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>A writer that changes files every 2 ms, and clients that fetch them meanwhile.</summary>
internal static class Contest
{
    private const int Clients = 8;
    private const int RequestsMin = 100;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs a writer and the clients side by side for a while, and longer until enough versions were seen:
    /// what is known of a name holds for a second, so that a short while may show the same one each time.</summary>
    /// <returns>How many different versions were seen.</returns>
    internal static int Run(
        ServerProcess server,
        Action<int> write,
        Action<RawClient, ConcurrentDictionary<int, bool>> read,
        int versionsWanted = 0)
    {
        var seen = new ConcurrentDictionary<int, bool>();
        var clock = Stopwatch.StartNew();
        int requests = 0;
        bool IsEnough() => seen.Count >= versionsWanted && Volatile.Read(ref requests) > RequestsMin;
        bool GoesOn() => clock.Elapsed < Duration || (!IsEnough() && clock.Elapsed < Patience);
        Task writer = Task.Factory.StartNew(
            () =>
            {
                for (int round = 1; GoesOn(); round++)
                {
                    write(round);
                    Thread.Sleep(2);
                }
            },
            TaskCreationOptions.LongRunning);
        IEnumerable<Task> readers = Enumerable.Range(0, Clients).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var client = new RawClient(server);
                while (GoesOn())
                {
                    read(client, seen);
                    Interlocked.Increment(ref requests);
                }
            },
            TaskCreationOptions.LongRunning));
        Task.WaitAll([.. readers, writer]);
        Assert.True(requests > RequestsMin, $"only {requests} requests were answered");
        return seen.Count;
    }
}
