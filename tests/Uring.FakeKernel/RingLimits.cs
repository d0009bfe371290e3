using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>What a restricted ring allows.</summary>
internal sealed class RingLimits
{
    internal HashSet<Opcode> Operations { get; } = [];

    internal HashSet<RegisterOpcode> Registers { get; } = [];

    internal SubmissionFlags FlagsAllowed { get; set; }

    internal SubmissionFlags FlagsRequired { get; set; }

    internal bool Allow(in SubmissionQueueEntry entry)
    {
        return Operations.Contains(entry.Opcode)
            && (entry.Flags & ~(FlagsAllowed | FlagsRequired)) == 0
            && (entry.Flags & FlagsRequired) == FlagsRequired;
    }
}
