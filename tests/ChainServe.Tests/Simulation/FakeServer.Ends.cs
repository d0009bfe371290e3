using System;
using System.Linq;
using ChainServe.Chains;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Simulation;

// How a fake server ends, and what must be back then.
internal sealed partial class FakeServer
{
    /// <summary>Stops the worker as a signal would, and lets it end.</summary>
    internal void Stop()
    {
        Worker.RequestStop();
        RunToEnd();
    }

    /// <summary>The worker's own loop, to its end. A worker that comes to rest before anybody has stopped it is
    /// stopped then.</summary>
    internal void RunToEnd()
    {
        bool hasRested = false;
        RunToEnd(() =>
        {
            bool isFirst = !hasRested;
            hasRested = true;
            if (isFirst)
            {
                Worker.RequestStop();
            }

            return isFirst;
        });
    }

    /// <summary>The same for a worker that was told to stop.</summary>
    /// <param name="outside">Called when the worker would sleep; returns whether it did something.</param>
    internal void RunToEnd(Func<bool> outside)
    {
        _hasStopped = true;
        Kernel.Idle = outside;
        Worker.Run();
    }

    /// <summary>All clients leave, the worker stops, and everything must be back.</summary>
    internal void End()
    {
        foreach (FakeClient client in _clients)
        {
            client.Close();
        }

        if (!_hasStopped)
        {
            RunUntilQuiet();
            Stop();
        }

        AssertNothingIsLeft();
    }

    internal void AssertNothingIsLeft()
    {
        // IsIdle: every slot is free, and a slot that is freed has given back its buffer and its descriptor.
        Assert.True(Worker.IsIdle, $"connections are left: {string.Join("; ", Kernel.FindLeaks())}");
        Assert.Equal([], _ledger.Faults());
        Assert.Equal([], Kernel.FindLeaks().Where(leak => !IsWakeAlone(leak)));
        Assert.Equal(0, Kernel.OpenSlots());
        Assert.Equal(0, Kernel.BuffersOutstanding(ChainResources.ReceiveGroup));

        // The ring, the root, the wake event, the sink, and two ends of each pipe.
        Assert.Equal(4 + (2 * Worker.PipeCount), Kernel.OpenDescriptors);
    }

    public void Dispose()
    {
        Kernel.Idle = null;
        Worker.Dispose();
        _log.Dispose();
        Kernel.Close(_root);
        if (_accessLog >= 0)
        {
            Kernel.Close(_accessLog);
        }
    }

    private static bool IsWakeAlone(string leak)
    {
        return leak.StartsWith("requests in flight", StringComparison.Ordinal)
            && !leak.Contains(',', StringComparison.Ordinal)
            && leak.Contains($"user data {UserData.Of(ChainKind.Wake, 0, default):x}", StringComparison.Ordinal);
    }
}
