using System;

namespace ChainServe.FuzzTests.Engine;

/// <summary>What an oracle says when an answer is wrong. The texts are only made then: this runs millions of times.
/// </summary>
internal static class Require
{
    public static void True(bool isTrue, string rule)
    {
        if (!isTrue)
        {
            throw new InvalidOperationException(rule);
        }
    }

    public static void Equal<T>(T expected, T actual, string rule)
        where T : IEquatable<T>
    {
        if (!(expected?.Equals(actual) ?? actual is null))
        {
            throw new InvalidOperationException($"{rule}: {expected} expected, and it is {actual}");
        }
    }

    public static void Equal(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string rule)
    {
        if (!expected.SequenceEqual(actual))
        {
            throw new InvalidOperationException(
                $"{rule}: '{Printable.Of(expected)}' expected, and it is '{Printable.Of(actual)}'");
        }
    }
}
