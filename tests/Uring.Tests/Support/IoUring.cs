using System;
using System.Collections.Generic;
using Uring.Abi;
using Uring.Registered;
using Xunit;

namespace Uring.Tests.Support;

/// <summary>Rings for tests, and the one reason for which a test on the real kernel may be skipped.</summary>
internal static class IoUring
{
    /// <summary>Null where io_uring works; else why not.</summary>
    internal static readonly string? Missing = FindMissing();

    /// <summary>All ways of running a ring.</summary>
    internal static readonly RingMode[] Modes =
        [RingMode.Deferred, RingMode.Cooperative, RingMode.Default, RingMode.SubmissionPolling];

    internal static void Require()
    {
        Skip.If(Missing != null, Missing);
    }

    internal static Ring Make(RingMode mode = RingMode.Deferred, uint entries = 16, uint completions = 0)
    {
        Require();
        return Ring.Create(new RingOptions
        {
            Mode = mode,
            SubmissionEntries = entries,
            CompletionEntries = completions,
        });
    }

    /// <summary>Skips a test whose operation this kernel does not have.</summary>
    internal static void Require(Ring ring, Opcode opcode, string since)
    {
        Skip.IfNot(ring.Features.Supports(opcode), $"needs {opcode}, Linux {since}");
    }

    /// <summary>Waits until so many completions came, and takes them.</summary>
    internal static List<CompletionQueueEntry> Take(this Ring ring, int count)
    {
        List<CompletionQueueEntry> taken = [];
        while (taken.Count < count)
        {
            taken.Add(ring.Wait());
        }

        return taken;
    }

    /// <summary>Runs one entry that was just prepared, and checks that its user data came back untouched.</summary>
    internal static int Run(this Ring ring, ulong userData)
    {
        CompletionQueueEntry completion = ring.Wait();
        Assert.Equal(userData, completion.UserData);
        Assert.False(ring.TryPeek(out _), "one entry gave more than one completion");
        return completion.Result;
    }

    /// <summary>A zero-ended path in native memory.</summary>
    internal static Span<byte> Path(this NativeRegion region, nuint offset, string path)
    {
        int length = System.Text.Encoding.UTF8.GetByteCount(path);
        Span<byte> bytes = region.Slice(offset, length + 1);
        System.Text.Encoding.UTF8.GetBytes(path, bytes);
        bytes[length] = 0;
        return bytes;
    }

    private static string? FindMissing()
    {
        try
        {
            Ring.Create(new RingOptions { SubmissionEntries = 1 }).Dispose();
            return null;
        }
        catch (RingException refusal) when (refusal.ErrorNumber is Errno.ENOSYS or Errno.EPERM)
        {
            return $"needs io_uring: {refusal.Message}";
        }
    }
}
