using System;
using ChainServe.Hosting;
using Xunit;

namespace ChainServe.Tests.Hosting;

public sealed class StopSignalsTests
{
    [Fact]
    public void ASignalThatComesTwiceIsOneSignal()
    {
        var clock = new HandClock();
        var signals = new StopSignals(clock);

        Assert.Equal(StopSignal.First, signals.Take());
        Assert.Equal(StopSignal.Echo, signals.Take());
        clock.Milliseconds += StopSignals.SecondMilliseconds - 1;
        Assert.Equal(StopSignal.Echo, signals.Take());
    }

    [Fact]
    public void ASecondSignalComesHalfASecondAfterTheFirstHoweverOftenThatCame()
    {
        var clock = new HandClock();
        var signals = new StopSignals(clock);

        Assert.Equal(StopSignal.First, signals.Take());
        clock.Milliseconds += StopSignals.SecondMilliseconds - 1;
        Assert.Equal(StopSignal.Echo, signals.Take());
        clock.Milliseconds++;
        Assert.Equal(StopSignal.Second, signals.Take());
        Assert.Equal(StopSignal.Second, signals.Take());
    }

    private sealed class HandClock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp()
        {
            return Milliseconds;
        }
    }
}
