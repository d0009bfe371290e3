using Uring.Abi;

namespace Uring.Registered;

/// <summary>A slot of the ring's fixed-file table: what a direct descriptor names. A type of its own, because a slot
/// number taken for a normal descriptor is somebody else's file.</summary>
/// <param name="Index">0 to the table's size less one.</param>
public readonly record struct FixedFileSlot(int Index)
{
    /// <summary><c>IORING_FILE_INDEX_ALLOC</c>, 5.19: lets the kernel pick a free slot; the result is the slot. Only
    /// for operations that fill a slot, and of no use at the head of a chain, whose followers cannot know the
    /// slot.</summary>
    public static FixedFileSlot Allocate => new FixedFileSlot(-2);

    /// <summary>The value of <see cref="SubmissionQueueEntry.FileIndex"/>: the kernel counts from one there.</summary>
    internal uint FileIndex
    {
        get
        {
            // Index -1 would come out as 0, which asks for a normal descriptor that nobody would ever close.
            Invariant.Require(Index >= 0 || Index == -2, "a slot number is not negative");
            return unchecked((uint)Index + 1);
        }
    }
}
