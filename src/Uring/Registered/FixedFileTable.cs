using Uring.Abi;

namespace Uring.Registered;

/// <summary>
/// The fixed-file table of a ring: slots that direct accepts and opens fill and that cost no descriptor of the process.
/// A file stays open while its slot holds it, even when the descriptor that it came from is closed.
/// </summary>
/// <remarks>Sparse tables since 5.19; man io_uring_register(2), io_uring_registered_files(7). The table goes with the
/// ring.</remarks>
public sealed unsafe class FixedFileTable
{
    private readonly Ring _ring;

    private FixedFileTable(Ring ring, int count)
    {
        _ring = ring;
        Count = count;
    }

    /// <summary>Number of slots.</summary>
    public int Count { get; }

    /// <summary>Registers an empty table; one per ring.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="count">Number of slots: at most 2^20 and RLIMIT_NOFILE.</param>
    /// <returns>The table.</returns>
    /// <exception cref="RingException">EMFILE: more than RLIMIT_NOFILE; EBUSY: there is a table; ENOMEM.</exception>
    public static FixedFileTable Register(Ring ring, int count)
    {
        ResourceRegister register = new ResourceRegister { Count = (uint)count, Flags = ResourceRegister.Sparse };

        // SAFETY: the structure is read during the call only.
        int result = ring.Register(
            RegisterOpcode.Files2, &register, (uint)sizeof(ResourceRegister));
        if (result < 0)
        {
            throw new RingException("io_uring_register(FILES2)", -result);
        }

        return new FixedFileTable(ring, count);
    }

    /// <summary>Puts an open file into a slot, or empties it; a file that was there is closed.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="fileDescriptor">A descriptor, which stays the caller's; -1 empties the slot.</param>
    /// <returns>1, or -errno: EBADF, EINVAL (no such slot), EEXIST (not the ring's thread).</returns>
    public int Update(FixedFileSlot slot, int fileDescriptor)
    {
        ResourceUpdate update = new ResourceUpdate { Offset = (uint)slot.Index, Data = (ulong)&fileDescriptor };

        // SAFETY: both the structure and the descriptor it points to are read during the call only.
        return _ring.Register(RegisterOpcode.FilesUpdate, &update, 1);
    }
}
