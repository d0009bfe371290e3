using System;
using Uring.Abi;
using Uring.Operations;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>Writes to a log that others write to as well.</summary>
public sealed partial class KernelConformanceTests
{
    [SkippableTheory]
    [BothKernels]
    public void AWriteThatAppendsGoesToTheEndWhereverThatIsByThen(KernelKind kind)
    {
        const ulong CurrentPosition = ulong.MaxValue;
        using Lab lab = FileLab(kind, fileLength: 100);
        int file = lab.World.OpenForWriting("f");
        void Append(int length)
        {
            Span<byte> bytes = lab.Memory(length);
            Content(length).CopyTo(bytes);
            lab.Step(1).PrepareWrite(file, bytes, CurrentPosition, ReadWriteFlags.Append);
            lab.Expect($"1:{length}");
        }

        Append(5);
        Assert.Equal([.. Content(100), .. Content(5)], lab.World.ReadFile("f"));
        lab.World.Truncate("f", 0);
        Append(3);
        Append(4);
        Assert.Equal([.. Content(3), .. Content(4)], lab.World.ReadFile("f"));
    }
}
