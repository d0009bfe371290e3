using Uring.Abi;
using Uring.Kernel;

namespace Uring;

/// <summary>The two mappings of a ring: both queues in one (<c>IORING_FEAT_SINGLE_MMAP</c>, 5.4), and the
/// entries.</summary>
internal readonly unsafe struct RingMapping
{
    private readonly nuint _ringsLength;
    private readonly nuint _entriesLength;

    private RingMapping(byte* rings, nuint ringsLength, SubmissionQueueEntry* entries, nuint entriesLength)
    {
        Rings = rings;
        _ringsLength = ringsLength;
        Entries = entries;
        _entriesLength = entriesLength;
    }

    internal byte* Rings { get; }

    internal SubmissionQueueEntry* Entries { get; }

    internal static RingMapping Map(
        IKernel kernel,
        int ring,
        in RingParameters parameters,
        ulong ringsOffset,
        ulong entriesOffset)
    {
        // SAFETY: lengths follow from the offsets and counts that the kernel returned for this ring, as in liburing's
        // io_uring_queue_mmap; the mappings end in Unmap, which Ring.Dispose calls once.
        ref readonly SubmissionRingOffsets submission = ref parameters.SubmissionOffsets;
        ref readonly CompletionRingOffsets completion = ref parameters.CompletionOffsets;
        nuint submissionLength = submission.Array + (parameters.SubmissionEntries * sizeof(uint));
        nuint completionLength =
            completion.Entries + (parameters.CompletionEntries * (nuint)sizeof(CompletionQueueEntry));
        nuint ringsLength = nuint.Max(submissionLength, completionLength);
        int result = kernel.Map(ring, ringsOffset, ringsLength, out void* rings);
        if (result < 0)
        {
            throw new RingException("mmap of the rings", -result);
        }

        nuint entriesLength = parameters.SubmissionEntries * (nuint)sizeof(SubmissionQueueEntry);
        result = kernel.Map(ring, entriesOffset, entriesLength, out void* entries);
        if (result < 0)
        {
            kernel.Unmap(rings, ringsLength);
            throw new RingException("mmap of the submission entries", -result);
        }

        return new RingMapping((byte*)rings, ringsLength, (SubmissionQueueEntry*)entries, entriesLength);
    }

    internal void Unmap(IKernel kernel)
    {
        kernel.Unmap(Entries, _entriesLength);
        kernel.Unmap(Rings, _ringsLength);
    }
}
