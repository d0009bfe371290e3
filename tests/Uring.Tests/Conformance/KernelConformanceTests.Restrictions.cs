using System;
using Uring.Abi;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>What a ring refuses as a whole.</summary>
public sealed partial class KernelConformanceTests
{
    [SkippableTheory]
    [BothKernels]
    public void ARestrictedRingRefusesAChainThatHoldsWhatIsNotAllowed(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind, new RingOptions { StartDisabled = true });
        lab.World.AllowMisuse();
        Span<byte> restrictions = lab.Memory(32);
        restrictions.Clear();
        restrictions[0] = 1; // IORING_RESTRICTION_SQE_OP; the operation is NOP, 0.
        restrictions[16] = 2; // IORING_RESTRICTION_SQE_FLAGS_ALLOWED
        restrictions[18] = (byte)Link;
        Assert.Equal(0, Restrict(lab, restrictions));
        lab.Ring.Enable();
        lab.Nop(1, Link);
        lab.Nop(2);
        lab.Expect("1:0 2:0");
        lab.Nop(1, Link);
        lab.Timeout(2, 10);
        lab.Expect("1:-125 2:-13");
        lab.Nop(3, Silent);
        lab.Expect("3:-13");
    }

    [SkippableTheory]
    [BothKernels]
    public void WithoutSubmitAllABadEntryEndsItsSubmission(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.World.AllowMisuse();
        int ring = SetUp(lab, SetupFlags.SingleIssuer | SetupFlags.DeferTaskRun, 8, out RingParameters parameters);
        Assert.Equal(1, SubmitBadEntryFirst(lab, ring, parameters));
        lab.World.Kernel.Close(ring);
    }

    private static unsafe int Restrict(Lab lab, Span<byte> restrictions)
    {
        // SAFETY: the array is native memory of the scenario, read during the call only.
        fixed (byte* start = restrictions)
        {
            return lab.World.Kernel.Register(lab.Ring.FileDescriptor, RegisterOpcode.Restrictions, start, 2);
        }
    }

    private static unsafe int SubmitBadEntryFirst(Lab lab, int ring, in RingParameters parameters)
    {
        // SAFETY: both lengths are those of man io_uring_setup(2) for these parameters; both mappings end here.
        nuint ringsLength = parameters.SubmissionOffsets.Array + (parameters.SubmissionEntries * 4);
        nuint entriesLength = parameters.SubmissionEntries * (nuint)sizeof(SubmissionQueueEntry);
        Assert.Equal(0, lab.World.Kernel.Map(ring, 0, ringsLength, out void* rings));
        Assert.Equal(0, lab.World.Kernel.Map(ring, 0x10000000, entriesLength, out void* entries));
        ((SubmissionQueueEntry*)entries)[0].Opcode = (Opcode)200;
        uint* array = (uint*)((byte*)rings + parameters.SubmissionOffsets.Array);
        array[1] = 1;
        *(uint*)((byte*)rings + parameters.SubmissionOffsets.Tail) = 2;
        int submitted = lab.World.Kernel.Enter(ring, 2, 0, EnterFlags.None, null, 0);
        lab.World.Kernel.Unmap(entries, entriesLength);
        lab.World.Kernel.Unmap(rings, ringsLength);
        return submitted;
    }

    private static unsafe int SetUp(Lab lab, SetupFlags flags, uint entries, out RingParameters made)
    {
        // SAFETY: the structure is on this frame; the kernel reads and writes it during the call only.
        RingParameters parameters = new RingParameters { Flags = flags };
        int result = lab.World.Kernel.Setup(entries, &parameters);
        made = parameters;
        return result;
    }
}
