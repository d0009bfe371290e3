using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using Uring.Abi;
using Uring.Registered;
using Xunit;

namespace Uring.Tests.Conformance;

/// <summary>
/// One scenario: a deferred ring with 64 slots in a world. Steps are entries with a number; what must come out is
/// written as "number:result", "part" for some but not all bytes of a big transfer.
/// </summary>
internal sealed partial class Lab : IDisposable
{
    /// <summary>More than the socket buffers of a connection hold.</summary>
    internal const int BigLength = 12 * 1024 * 1024;

    internal const SubmissionFlags Link = SubmissionFlags.Link;
    internal const SubmissionFlags Hard = SubmissionFlags.HardLink;
    internal const SubmissionFlags Silent = SubmissionFlags.SkipSuccess;

    private const long WaitMilliseconds = 3000;

    private readonly NativeRegion _memory = NativeRegion.Allocate(2 * BigLength);
    private nuint _used;

    private Lab(IWorld world, RingOptions options)
    {
        World = world;
        Ring = Ring.Create(options, world.Kernel);
        FixedFileTable.Register(Ring, 64);
    }

    internal IWorld World { get; }

    internal Ring Ring { get; }

    internal List<IClient> Clients { get; } = [];

    internal static Lab Create(KernelKind kind, RingOptions? options = null)
    {
        options ??= new RingOptions { SubmissionEntries = 256 };
        if (kind == KernelKind.Linux)
        {
            SkipWithoutIoUring();
        }

        return new Lab(kind == KernelKind.Fake ? new FakeWorld() : new LinuxWorld(), options);
    }

    /// <summary>Bytes that tell their place.</summary>
    internal static byte[] Content(int length)
    {
        byte[] bytes = new byte[length];
        for (int index = 0; index < length; index++)
        {
            bytes[index] = (byte)(index % 251);
        }

        return bytes;
    }

    /// <summary>Native memory of this scenario.</summary>
    internal Span<byte> Memory(int length)
    {
        Span<byte> span = _memory.Slice(_used, length);
        _used += (nuint)((length + 63) & ~63);
        return span;
    }

    internal ReadOnlySpan<byte> Path(string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path + "\0");
        Span<byte> memory = Memory(bytes.Length);
        bytes.CopyTo(memory);
        return memory;
    }

    internal ref T Structure<T>(T value)
        where T : unmanaged
    {
        Span<byte> memory = Memory(Marshal.SizeOf<T>());
        MemoryMarshal.Write(memory, value);
        return ref MemoryMarshal.AsRef<T>(memory);
    }

    /// <summary>Accepts a connection into a slot.</summary>
    internal IClient ConnectInto(int slot)
    {
        IClient client = Connect();
        Accept(900, slot);
        Expect("900:0");
        return client;
    }

    internal IClient Connect()
    {
        IClient client = World.Connect();
        Clients.Add(client);
        return client;
    }

    /// <summary>Submits, and compares what completes, in order.</summary>
    internal void Expect(string expected)
    {
        Compare(expected, sorted: false);
    }

    /// <summary>The same where the kernel promises no order.</summary>
    internal void ExpectInAnyOrder(string expected)
    {
        Compare(expected, sorted: true);
    }

    /// <summary>Submits, and gives what completes, in order.</summary>
    internal string OutcomeOf(int count)
    {
        return string.Join(' ', Complete(count));
    }

    /// <summary>Submits, and gives the result of the one completion that comes: its number is certain only.</summary>
    internal int ResultOf(int number)
    {
        string[] parts = Assert.Single(Complete(1)).Split(':');
        Assert.Equal(number.ToString(CultureInfo.InvariantCulture), parts[0]);
        return int.Parse(parts[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Submits, and sees that nothing completes for a while.</summary>
    internal void ExpectNothing()
    {
        Timeout(990, 30);
        Expect("990:-62");
    }

    internal void ExpectFilled(int slot)
    {
        ProbeSlot(991, slot);
        Expect("991:0");
    }

    internal void ExpectEmpty(int slot)
    {
        ProbeSlot(991, slot);
        Expect("991:-9");
    }

    /// <summary>Submits without waiting: links do not advance.</summary>
    internal void Submit()
    {
        Assert.True(Ring.Submit() >= 0);
    }

    public void Dispose()
    {
        Ring.Dispose();
        foreach (IClient client in Clients)
        {
            client.Dispose();
        }

        World.Dispose();

        // Linux ends what still runs some time after the ring is gone, and may write until then: the memory is left to
        // the process. It is pages that nobody touched, mostly.
        if (World is FakeWorld)
        {
            _memory.Dispose();
        }
    }

    private static void SkipWithoutIoUring()
    {
        string? reason = null;
        try
        {
            using Ring ring = Ring.Create(new RingOptions { SubmissionEntries = 8 });
            FeatureFlags needed =
                FeatureFlags.CqeSkip | FeatureFlags.LinkedFile | FeatureFlags.ExtendedArgument;
            reason = ring.Features.Has(needed) ? null : $"this kernel has only the features {ring.Features.Flags}";
        }
        catch (RingException refused)
        {
            reason = refused.Message;
        }

        Skip.If(reason is not null, reason);
    }

    private static bool Matches(string expected, string actual)
    {
        if (!expected.EndsWith(":part", StringComparison.Ordinal))
        {
            return expected == actual;
        }

        string[] parts = actual.Split(':');
        int result = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return expected[..^5] == parts[0] && result > 0 && result < BigLength;
    }

    private void Compare(string expected, bool sorted)
    {
        string[] tokens = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        List<string> actual = Complete(tokens.Length);
        if (sorted)
        {
            Array.Sort(tokens, StringComparer.Ordinal);
            actual.Sort(StringComparer.Ordinal);
        }

        bool same = tokens.Length == actual.Count
            && tokens.Zip(actual).All(pair => Matches(pair.First, pair.Second));
        Assert.True(same, $"expected [{string.Join(' ', tokens)}], got [{string.Join(' ', actual)}]");
    }

    private List<string> Complete(int count)
    {
        List<string> actual = [];
        for (int attempt = 0; attempt < 2 && actual.Count < count; attempt++)
        {
            Ring.SubmitAndWait((uint)(count - actual.Count), WaitMilliseconds);
            Collect(actual);
        }

        Ring.SubmitAndWait(0);
        Collect(actual);
        return actual;
    }

    private void Collect(List<string> into)
    {
        while (Ring.CompletionQueue.ReadyCount > 0)
        {
            CompletionQueueEntry completion = Ring.CompletionQueue[0];
            LastFlags = completion.Flags;
            into.Add(string.Create(
                CultureInfo.InvariantCulture, $"{completion.UserData}:{completion.Result}"));
            Ring.CompletionQueue.Advance(1);
        }
    }
}
