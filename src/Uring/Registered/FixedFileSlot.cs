using Uring.Abi;

namespace Uring.Registered;

/// <summary>A slot of the ring's fixed-file table: what a direct descriptor names. A type of its own, because a slot
/// number taken for a normal descriptor is somebody else's file.</summary>
/// <param name="Index">0 to the table's size less one.</param>
public readonly record struct FixedFileSlot(int Index)
{
    /// <summary>The value of <see cref="SubmissionQueueEntry.FileIndex"/>: the kernel counts from one there.</summary>
    internal uint FileIndex => (uint)Index + 1;
}
