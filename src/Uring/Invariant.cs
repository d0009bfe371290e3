using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Uring;

/// <summary>
/// Release-mode assertions. A broken invariant is a bug of the program, never an input or a kernel condition: the
/// process ends at once, with file and line, before a wrong byte reaches anyone.
/// </summary>
public static class Invariant
{
    /// <summary>Ends the process when <paramref name="condition"/> does not hold.</summary>
    /// <param name="condition">What must hold.</param>
    /// <param name="message">A constant sentence; it is evaluated by the caller, so it must not be built.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require(
        [DoesNotReturnIf(false)] bool condition,
        string message,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        if (!condition)
        {
            Fail(message, file, line);
        }
    }

    /// <summary>Ends the process: this place cannot be reached.</summary>
    /// <param name="message">A constant sentence.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Fail(
        string message,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        Environment.FailFast($"Invariant broken at {file}:{line}: {message}");
    }
}
