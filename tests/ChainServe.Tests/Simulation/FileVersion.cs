using System;
using System.Globalization;

namespace ChainServe.Tests.Simulation;

/// <summary>What a name led to for a while.</summary>
/// <param name="Content">Null: to nothing.</param>
/// <param name="ModifiedNanoseconds">Since 1970.</param>
internal sealed record FileVersion(byte[]? Content, long ModifiedNanoseconds)
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The change that ended it.</summary>
    internal long EndTick { get; set; } = long.MaxValue;

    internal long EndMilliseconds { get; set; } = long.MaxValue;

    internal int Length => Content!.Length;

    internal long ModifiedSeconds => ModifiedNanoseconds / NanosecondsPerSecond;

    internal string LastModified => DateOf(ModifiedSeconds);

    /// <summary>Whether this sibling was made before the original: its time is older, and not only cut off.</summary>
    internal bool IsOlderThan(FileVersion original)
    {
        long time = original.ModifiedNanoseconds;
        return ModifiedNanoseconds < time && ModifiedNanoseconds != time - (time % NanosecondsPerSecond);
    }

    internal static string DateOf(long unixSeconds)
    {
        return DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("R", CultureInfo.InvariantCulture);
    }
}
