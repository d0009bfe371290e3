using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>Pipes: what they hold, and who gets it in which order.</summary>
public sealed partial class KernelConformanceTests
{
    [SkippableTheory]
    [BothKernels]
    public void APipeHoldsPagesSoThatAnOffsetWithinAPageCostsRoom(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 200_000, pipeLength: 65536);
        lab.In(1, 100, 65536, Link | Silent);
        lab.Out(2, 65536);
        lab.Expect("1:65436");
        lab.In(3, 0, 1);
        lab.Expect("3:-11");
        lab.Away(4, 100);
        lab.In(5, 0, 1);
        lab.Expect("4:100 5:-11");
        lab.Away(6, 3896);
        lab.In(7, 8192, 8192);
        lab.Expect("6:3896 7:4096");
        lab.ExpectInPipe(65536);
        lab.In(8, 100, 65536 - 4096);
        lab.Expect($"8:{65536 - 4096}");
        lab.ExpectInPipe(65536 - 4096);
        lab.In(9, 4096, 65536);
        lab.Expect("9:65536");
        lab.ExpectInPipe(65536);
    }

    [SkippableTheory]
    [BothKernels]
    public void BytesLeaveThePipeInTheirOrderFromThePlaceWhereTheLastSpliceEnded(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 20_000);
        lab.In(1, 0, 10_000, Link | Silent);
        lab.In(2, 15_000, 5_000);
        lab.Expect("2:5000");
        lab.Away(3, 5_000);
        lab.Expect("3:5000");
        lab.Out(4, 7_000);
        lab.Expect("4:7000");
        lab.Out(5, 20_000);
        lab.Expect("5:3000");
        byte[] content = Content(20_000);
        Assert.Equal([.. content[5_000..10_000], .. content[15_000..]], lab.Client.Read(10_000));
    }

    [SkippableTheory]
    [BothKernels]
    public void AnEmptyPipeAnswersEagainAndWithoutWriterTheEnd(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 100);
        lab.Out(1, 100);
        lab.Away(2, 100);
        lab.ExpectInAnyOrder("1:-11 2:-11");
        lab.CloseEnd(lab.WriteEnd);
        lab.Out(3, 100);
        lab.Away(4, 100);
        lab.ExpectInAnyOrder("3:0 4:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void APipeWithoutReaderIsABrokenPipe(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 100);
        lab.CloseEnd(lab.ReadEnd);
        lab.In(1, 0, 100);
        lab.Expect("1:-32");
    }

    [SkippableTheory]
    [BothKernels]
    public void AReadOfAPipeWaitsForASpliceIntoIt(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 100);
        lab.ReadPipe(1, 64);
        lab.ExpectNothing();
        lab.In(2, 0, 100);
        lab.ExpectInAnyOrder("1:64 2:100");
        lab.ReadPipe(3, 64);
        lab.Expect("3:36");
        lab.ReadPipe(4, 64);
        lab.ExpectNothing();
        lab.CloseEnd(lab.WriteEnd);
        lab.Expect("4:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void SplicesThatAreOurMistakeAreRefused(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 100);
        FixedFileSlot socket = new FixedFileSlot(0);
        FixedFileSlot file = new FixedFileSlot(1);
        FixedFileSlot empty = new FixedFileSlot(9);
        lab.Answers(-Errno.EBADF).PrepareSplice(empty, 0, lab.WriteEnd, -1, 10, SpliceFlags.None);
        lab.Answers(-Errno.EBADF).PrepareSplice(lab.ReadEnd, -1, empty, -1, 10, SpliceFlags.None);
        lab.Answers(-Errno.EBADF).PrepareSplice(file, 0, lab.ReadEnd, -1, 10, SpliceFlags.None);
        lab.Answers(-Errno.EBADF).PrepareSplice(lab.WriteEnd, -1, socket, -1, 10, SpliceFlags.None);
        lab.Answers(-Errno.EBADF).PrepareSplice(lab.Sink, -1, lab.WriteEnd, -1, 10, SpliceFlags.None);
        lab.Answers(-Errno.EBADF).PrepareSplice(lab.ReadEnd, -1, file, 0, 10, SpliceFlags.None);
        lab.Answers(-Errno.ESPIPE).PrepareSplice(file, 0, lab.WriteEnd, 0, 10, SpliceFlags.None);
        lab.Answers(-Errno.ESPIPE).PrepareSplice(lab.ReadEnd, 0, socket, -1, 10, SpliceFlags.None);
        lab.Answers(-Errno.EINVAL).PrepareSplice(lab.ReadEnd, -1, socket, 0, 10, SpliceFlags.None);
        lab.Answers(-Errno.EINVAL).PrepareSplice(file, 0, lab.Sink, -1, 10, SpliceFlags.None);
        lab.Answers(-Errno.EBADF).PrepareSplice(empty, 0, lab.WriteEnd, -1, 0, SpliceFlags.None);
        lab.Answers(0).PrepareSplice(file, 0, lab.WriteEnd, -1, 0, SpliceFlags.None);
        lab.Answers(-Errno.EINVAL).PrepareSplice(file, 0, lab.WriteEnd, -1, 10, (SpliceFlags)16);
        lab.ExpectAnswers();
        lab.ExpectInPipe(0);
    }

    [SkippableTheory]
    [BothKernels]
    public void APipeIsRoundedUpAndKeepsItsDefaultWhereItsSizeIsRefused(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        foreach ((int asked, int real) in new[]
            { (1, 4096), (4096, 4096), (100_000, 131_072), (1 << 20, 1 << 20), (int.MaxValue, 65536) })
        {
            using Pipe pipe = Pipe.Create(lab.World.Kernel, asked);
            Assert.Equal(real, pipe.Length);
        }
    }
}
