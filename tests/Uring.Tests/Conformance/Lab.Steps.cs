using Uring.Abi;
using Uring.Operations;
using Uring.Registered;

namespace Uring.Tests.Conformance;

/// <summary>The steps: each reserves one entry and fills it, with the flags that the scenario wants.</summary>
internal sealed partial class Lab
{
    internal const MessageFlags WaitAll = MessageFlags.WaitAll | MessageFlags.NoSignal;

    /// <summary>Flags of the completion that was looked at last.</summary>
    internal CompletionFlags LastFlags { get; private set; }

    internal ref SubmissionQueueEntry Step(int number, SubmissionFlags flags = SubmissionFlags.None)
    {
        ref SubmissionQueueEntry entry = ref Ring.Next((ulong)number);
        entry.Flags = flags;
        return ref entry;
    }

    internal void Nop(int number, SubmissionFlags flags = SubmissionFlags.None)
    {
        Step(number, flags).PrepareNop();
    }

    internal void ProbeSlot(int number, int slot)
    {
        const uint FileInSlot = (1 << 1) | (1 << 2);
        ref SubmissionQueueEntry entry = ref Step(number);
        entry.PrepareNop();
        entry.FileDescriptor = slot;
        entry.OperationFlags = FileInSlot;
    }

    internal void Open(
        int number,
        string path,
        int slot,
        SubmissionFlags flags = SubmissionFlags.None,
        ResolveFlags resolve = ResolveFlags.Beneath,
        OpenFlags openFlags = OpenFlags.NonBlock)
    {
        ref OpenHow how = ref Structure(new OpenHow { Flags = openFlags, Resolve = resolve });
        Step(number, flags).PrepareOpenAt2Direct(World.Directory, Path(path), how, new FixedFileSlot(slot));
    }

    internal void Read(
        int number,
        int slot,
        int length,
        SubmissionFlags flags = SubmissionFlags.None,
        ReadWriteFlags readFlags = ReadWriteFlags.None,
        ulong offset = 0)
    {
        Step(number, flags).PrepareRead(new FixedFileSlot(slot), Memory(length), offset, readFlags);
    }

    internal void Close(int number, int slot, SubmissionFlags flags = SubmissionFlags.None)
    {
        Step(number, flags).PrepareCloseDirect(new FixedFileSlot(slot));
    }

    internal void Accept(int number, int slot, SubmissionFlags flags = SubmissionFlags.None)
    {
        Step(number, flags).PrepareAcceptDirect(
            World.Listener, SocketCreationFlags.None, new FixedFileSlot(slot));
    }

    internal void Receive(
        int number,
        int slot,
        int length,
        SubmissionFlags flags = SubmissionFlags.None,
        MessageFlags messageFlags = MessageFlags.None,
        ReceiveSendFlags receiveFlags = ReceiveSendFlags.None)
    {
        ref SubmissionQueueEntry entry = ref Step(number, flags);
        entry.PrepareReceive(new FixedFileSlot(slot), Memory(length), messageFlags);
        entry.IoPriority = (ushort)receiveFlags;
    }

    internal void Send(
        int number,
        int slot,
        int length,
        SubmissionFlags flags = SubmissionFlags.None,
        MessageFlags messageFlags = WaitAll)
    {
        Step(number, flags).PrepareSend(new FixedFileSlot(slot), Memory(length), messageFlags);
    }

    internal void Shutdown(
        int number,
        int slot,
        ShutdownDirection how,
        SubmissionFlags flags = SubmissionFlags.None)
    {
        Step(number, flags).PrepareShutdown(new FixedFileSlot(slot), how);
    }

    internal void Command(int number, int slot, SocketCommand command, SubmissionFlags flags = SubmissionFlags.None)
    {
        Step(number, flags).PrepareCommandSocket(command, new FixedFileSlot(slot));
    }

    internal void SetLinger(int number, int slot, SubmissionFlags flags = SubmissionFlags.None)
    {
        ref Linger value = ref Structure(new Linger { IsOn = 1 });
        Step(number, flags).PrepareCommandSocket(
            SocketCommand.SetOption, new FixedFileSlot(slot), SocketLevel.Socket, SocketOption.Linger, value);
    }

    internal void LinkTimeout(int number, long milliseconds, SubmissionFlags flags = SubmissionFlags.None)
    {
        ref KernelTimespec time = ref Structure(KernelTimespec.FromMilliseconds(milliseconds));
        Step(number, flags).PrepareLinkTimeout(time, TimeoutFlags.None);
    }

    internal void Timeout(
        int number,
        long milliseconds,
        SubmissionFlags flags = SubmissionFlags.None,
        TimeoutFlags timeoutFlags = TimeoutFlags.None)
    {
        ref KernelTimespec time = ref Structure(KernelTimespec.FromMilliseconds(milliseconds));
        Step(number, flags).PrepareTimeout(time, 0, timeoutFlags);
    }

    internal void Cancel(int number, int target, CancelFlags flags = CancelFlags.None)
    {
        Step(number).PrepareCancel((ulong)target, flags);
    }

    internal void CancelSlot(int number, int slot, CancelFlags flags = CancelFlags.All)
    {
        Step(number).PrepareCancelSlot(new FixedFileSlot(slot), flags);
    }
}
