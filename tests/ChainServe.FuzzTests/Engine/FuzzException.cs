using System;

namespace ChainServe.FuzzTests.Engine;

/// <summary>A finding: an input, and what is wrong with the answer to it.</summary>
public sealed class FuzzException : Exception
{
    private FuzzException(string message, byte[] input, Exception inner)
        : base(message, inner)
    {
        Input = input;
    }

    /// <summary>A small input that shows it.</summary>
    public byte[] Input { get; }

    internal static FuzzException Of(string target, ulong seed, byte[] input, Exception cause)
    {
        string message = $"{target}, seed {seed}: {cause.GetType().Name}: {cause.Message}\n"
            + $"input ({input.Length} bytes): {Printable.Of(input)}\n"
            + $"to keep it: echo {Convert.ToBase64String(input)} | base64 -d > Findings/{target}/NAME\n"
            + cause.StackTrace;
        return new FuzzException(message, input, cause);
    }
}
