using System;
using System.IO;
using Uring.Abi;
using Uring.Kernel;
using Uring.Operations;
using Uring.Registered;
using Uring.Tests.Operations;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests.Registered;

/// <summary>Pipes and the sink on Linux. How splices behave stands in the conformance tests.</summary>
public sealed class PipeTests : OperationTestBase
{
    [SkippableFact]
    public void AFileGoesThroughAPipeAndItsRestIntoTheSink()
    {
        using Pipe pipe = Pipe.Create(LinuxKernel.Instance, 65536);
        int sink = LinuxKernel.Instance.OpenSink();
        Owned.Add(sink);
        OpenDirect();
        Chain chain = Ring.BeginChain(2);
        chain.Next(Tag).PrepareSplice(Slot, 0, pipe.WriteEnd, -1, 10, SpliceFlags.NonBlock);
        chain.Last(Tag).PrepareRead(pipe.ReadEnd, Buffer[..4], 0);
        Assert.Equal(4, Ring.Run(Tag));
        Assert.Equal("0123"u8.ToArray(), Buffer[..4].ToArray());
        Ring.Next(Tag).PrepareSplice(pipe.ReadEnd, -1, sink, -1, 100, SpliceFlags.NonBlock);
        Assert.Equal(6, Ring.Run(Tag));
        Ring.Next(Tag).PrepareSplice(pipe.ReadEnd, -1, sink, -1, 100, SpliceFlags.NonBlock);
        Assert.Equal(-Errno.EAGAIN, Ring.Run(Tag));
    }

    [SkippableFact]
    public void APipeHoldsTheFilesOwnPagesSoThatALaterWriteChangesWhatIsInIt()
    {
        using Pipe pipe = Pipe.Create(LinuxKernel.Instance, 65536);
        OpenDirect();
        Ring.Next(Tag).PrepareSplice(Slot, 0, pipe.WriteEnd, -1, 10, SpliceFlags.NonBlock);
        Assert.Equal(10, Ring.Run(Tag));
        using (FileStream file = File.OpenWrite(FilePath))
        {
            file.Write("abc"u8);
        }

        Assert.Equal(10, LibC.Read(pipe.ReadEnd, Buffer));
        Assert.Equal("abc3456789"u8.ToArray(), Buffer[..10].ToArray());
    }

    [Fact]
    public void ADisposedPipeIsClosedOnce()
    {
        Pipe pipe = Pipe.Create(LinuxKernel.Instance, 4096);
        Assert.True(LibC.IsOpen(pipe.ReadEnd) && LibC.IsOpen(pipe.WriteEnd));
        pipe.Dispose();
        using Pipe heir = Pipe.Create(LinuxKernel.Instance, 4096);
        pipe.Dispose();
        Assert.Equal(1, LibC.Write(heir.WriteEnd, "x"u8));
    }

    [Fact]
    public void APipeOfNoBytesIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Pipe.Create(LinuxKernel.Instance, 0));
    }
}
