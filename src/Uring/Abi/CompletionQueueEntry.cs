using System.Runtime.InteropServices;

namespace Uring.Abi;

/// <summary><c>struct io_uring_cqe</c>: how one request ended, 16 bytes.</summary>
/// <remarks>Source: <c>linux/io_uring.h</c>.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct CompletionQueueEntry
{
    /// <summary><c>user_data</c>: as given in the submission.</summary>
    [FieldOffset(0)]
    public ulong UserData;

    /// <summary><c>res</c>: the operation's result, or a negative errno.</summary>
    [FieldOffset(8)]
    public int Result;

    /// <summary><c>flags</c>: <c>IORING_CQE_F_*</c>; the upper 16 bits are the buffer id.</summary>
    [FieldOffset(12)]
    public CompletionFlags Flags;

    /// <summary>Whether a provided buffer was used; then <see cref="BufferId"/> says which.</summary>
    public readonly bool HasBuffer => (Flags & CompletionFlags.Buffer) != 0;

    /// <summary>Whether the request goes on (multishot) or a notification follows (zero copy).</summary>
    public readonly bool HasMore => (Flags & CompletionFlags.More) != 0;

    /// <summary>Id of the provided buffer; the application owns it from here until it is added to its ring
    /// again. Means something only with <see cref="HasBuffer"/>.</summary>
    public readonly ushort BufferId => (ushort)((uint)Flags >> 16);
}
