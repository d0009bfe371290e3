using System;
using Uring.FakeKernel;

namespace ChainServe.Tests.Simulation;

/// <summary>The clock of a fake kernel as the clock of a worker.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    private static readonly DateTimeOffset Boot = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeKernel _kernel;

    internal VirtualTime(FakeKernel kernel)
    {
        _kernel = kernel;
    }

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp()
    {
        return _kernel.NowNanoseconds / NanosecondsPerMillisecond;
    }

    public override DateTimeOffset GetUtcNow()
    {
        return Boot.AddMilliseconds(GetTimestamp());
    }
}
