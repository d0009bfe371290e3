using ChainServe.Hosting;
using Uring.FakeKernel;

namespace ChainServe.Tests.Simulation;

/// <summary>What a worker accepts from, on a kernel in memory.</summary>
internal static class FakeListeners
{
    /// <summary>One socket, of one worker.</summary>
    internal static Listener[] Of(FakeKernel kernel, FakeListener listener)
    {
        return
        [
            new Listener(
                listener.Descriptor,
                () => kernel.Close(listener.Descriptor),
                () => listener.BacklogCount > 0).Share(),
        ];
    }
}
