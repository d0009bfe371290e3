using System.Linq;
using ChainServe.Hosting;
using Uring.FakeKernel;

namespace ChainServe.Tests.Simulation;

/// <summary>What a worker accepts from, on a kernel in memory.</summary>
internal static class FakeListeners
{
    /// <summary>Sockets of one worker.</summary>
    internal static Listener[] Of(FakeKernel kernel, params FakeListener[] listeners)
    {
        return
        [
            .. listeners.Select(listener => new Listener(
                listener.Descriptor,
                () => kernel.Close(listener.Descriptor),
                () => listener.BacklogCount > 0).Share()),
        ];
    }
}
