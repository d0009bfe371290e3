using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>What the kernel checks, and copies, when it takes an entry: the <c>*_prep</c> functions.</summary>
internal static class Preparation
{
    private const uint CloseOnExec = 0x80000;
    private const uint SpliceGift = 8;
    private const uint KnownSpliceFlags =
        (uint)(SpliceFlags.FdInFixed | SpliceFlags.Move | SpliceFlags.NonBlock | SpliceFlags.More) | SpliceGift;

    /// <returns>0 or -errno: the whole chain of the entry is cancelled.</returns>
    internal static int Check(FakeRequest request)
    {
        ref SubmissionQueueEntry entry = ref request.Entry;
        bool isFixed = (entry.Flags & SubmissionFlags.FixedFile) != 0;
        switch (entry.Opcode)
        {
            case Opcode.Nop:
            case Opcode.Read:
            case Opcode.Write:
            case Opcode.Shutdown:
                return 0;
            case Opcode.ReadFixed:
                IoVector[]? buffers = request.Ring.Buffers;
                return buffers is not null && entry.BufferIndex < buffers.Length ? 0 : -Errno.EFAULT;
            case Opcode.Accept:
                return CheckAccept(entry);
            case Opcode.Receive:
            case Opcode.Send:
                return (entry.IoPriority & ~(ushort)ReceiveSendFlags.PollFirst) == 0 ? 0 : NotModelled(entry);
            case Opcode.SendMessage:
                return CopyVectors(request);
            case Opcode.OpenAt2:
                return CheckOpen(request, isFixed);
            case Opcode.Close:
                return CheckClose(entry, isFixed);
            case Opcode.AsyncCancel:
                return entry.Offset == 0 && entry.SpliceFileDescriptorIn == 0 ? 0 : -Errno.EINVAL;
            case Opcode.Timeout:
            case Opcode.LinkTimeout:
                return CheckTimeout(request);
            case Opcode.Command:
                // cmd_op is the low half, __pad1 the high one.
                return ZeroOrInvalid((entry.Offset >> 32) | entry.OperationFlags);
            case Opcode.PollAdd:
                return entry.Length == 0 ? ZeroOrInvalid(entry.Offset | entry.Address) : NotModelled(entry);
            case Opcode.FilesUpdate:
                return isFixed || entry.OperationFlags != 0 || entry.Length == 0 ? -Errno.EINVAL : 0;
            case Opcode.FileAdvise:
                return ZeroOrInvalid(entry.BufferIndex | entry.FileIndex);
            case Opcode.Statx:
                request.Path = UserMemory.ReadPath(entry.Address);
                return isFixed ? -Errno.EBADF : ZeroOrInvalid(entry.BufferIndex | entry.FileIndex);
            case Opcode.Splice:
                return ZeroOrInvalid(entry.OperationFlags & ~KnownSpliceFlags);
            case Opcode.FixedFdInstall:
                return isFixed ? ZeroOrInvalid(entry.Offset | entry.Address | entry.Length) : -Errno.EBADF;
            default:
                return NotModelled(entry);
        }
    }

    private static int NotModelled(in SubmissionQueueEntry entry)
    {
        const byte LastOpcode = 62;
        return (byte)entry.Opcode > LastOpcode
            ? -Errno.EINVAL
            : throw new FakeKernelException($"{entry.Opcode} in this form is not modelled");
    }

    private static int ZeroOrInvalid(ulong value)
    {
        return value == 0 ? 0 : -Errno.EINVAL;
    }

    private static int CheckAccept(in SubmissionQueueEntry entry)
    {
        AcceptFlags flags = (AcceptFlags)entry.IoPriority;
        if ((flags & AcceptFlags.Multishot) != 0)
        {
            return NotModelled(entry);
        }

        bool direct = entry.FileIndex != 0;
        uint allowed = (uint)SocketCreationFlags.NonBlock | (direct ? 0 : CloseOnExec);
        return (entry.OperationFlags & ~allowed) == 0 && entry.Length == 0 ? 0 : -Errno.EINVAL;
    }

    private static int CheckOpen(FakeRequest request, bool isFixed)
    {
        ref SubmissionQueueEntry entry = ref request.Entry;
        if (isFixed)
        {
            return -Errno.EBADF;
        }

        if (entry.Length < 24 || entry.BufferIndex != 0)
        {
            return -Errno.EINVAL;
        }

        request.How = UserMemory.Read<OpenHow>(entry.Offset);
        request.Path = UserMemory.ReadPath(entry.Address);
        return entry.FileIndex != 0 && ((uint)request.How.Flags & CloseOnExec) != 0 ? -Errno.EINVAL : 0;
    }

    private static int CheckClose(in SubmissionQueueEntry entry, bool isFixed)
    {
        if ((entry.Offset | entry.Address | entry.Length | entry.OperationFlags | entry.BufferIndex) != 0)
        {
            return -Errno.EINVAL;
        }

        if (isFixed)
        {
            return -Errno.EBADF;
        }

        return entry.FileIndex != 0 && entry.FileDescriptor != 0 ? -Errno.EINVAL : 0;
    }

    private static int CheckTimeout(FakeRequest request)
    {
        ref SubmissionQueueEntry entry = ref request.Entry;
        if (entry.Length != 1 || entry.BufferIndex != 0 || entry.SpliceFileDescriptorIn != 0)
        {
            return -Errno.EINVAL;
        }

        request.Time = UserMemory.Read<KernelTimespec>(entry.Address);
        if (entry.Opcode == Opcode.Timeout)
        {
            return entry.Offset == 0 ? 0 : NotModelled(entry);
        }

        FakeRequest? guarded = request.Ring.LastOfChain;
        if (entry.Offset != 0 || guarded is null || guarded.Entry.Opcode == Opcode.LinkTimeout)
        {
            return -Errno.EINVAL;
        }

        guarded.WillArmTimeout = true;
        return 0;
    }

    private static int CopyVectors(FakeRequest request)
    {
        MessageHeader header = UserMemory.Read<MessageHeader>(request.Entry.Address);
        request.Vectors = new IoVector[(int)header.VectorCount];
        for (int index = 0; index < request.Vectors.Length; index++)
        {
            request.Vectors[index] = UserMemory.Read<IoVector>(header.Vectors + ((ulong)index * 16));
        }

        return 0;
    }
}
