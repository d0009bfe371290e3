using System;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>Issues one request: the opcode table.</summary>
internal static class Operation
{
    internal static bool NeedsFile(in SubmissionQueueEntry entry)
    {
        const uint NopFile = 1 << 1;
        return entry.Opcode switch
        {
            Opcode.Nop => (entry.OperationFlags & NopFile) != 0,
            Opcode.OpenAt2 or Opcode.Close or Opcode.Timeout or Opcode.LinkTimeout => false,
            Opcode.AsyncCancel or Opcode.FilesUpdate or Opcode.Statx => false,
            _ => true,
        };
    }

    internal static bool NamesSlot(in SubmissionQueueEntry entry)
    {
        const uint NopFixedFile = 1 << 2;
        return entry.Opcode == Opcode.Nop
            ? (entry.OperationFlags & NopFixedFile) != 0
            : (entry.Flags & SubmissionFlags.FixedFile) != 0;
    }

    internal static Issue Issue(FakeRequest request)
    {
        switch (request.Entry.Opcode)
        {
            case Opcode.Nop:
                return request.Finish(0);
            case Opcode.Read:
            case Opcode.ReadFixed:
                return FileOperation.Read(request);
            case Opcode.Write:
                return FileOperation.Write(request);
            case Opcode.OpenAt2:
                return FileOperation.Open(request);
            case Opcode.Close:
                return FileOperation.Close(request);
            case Opcode.FilesUpdate:
                return request.Finish(request.Ring.Kernel.UpdateFiles(
                    request.Ring, (uint)request.Entry.Offset, request.Entry.Address, request.Entry.Length));
            case Opcode.FileAdvise:
                bool seeks = request.File is NodeFile { Node.Type: not FileType.Fifo };
                return request.Finish(seeks ? 0 : -Errno.ESPIPE);
            case Opcode.Splice:
                return SpliceOperation.Splice(request);
            case Opcode.Statx:
                return FileOperation.Status(request);
            case Opcode.FixedFdInstall:
                return request.Finish(request.Ring.Kernel.AddDescriptor(request.File!, ownedByTest: false));
            case Opcode.Accept:
                return SocketOperation.Accept(request);
            case Opcode.Receive:
                return SocketOperation.Receive(request);
            case Opcode.Send:
            case Opcode.SendMessage:
                return SocketOperation.Send(request);
            case Opcode.Shutdown:
                return SocketOperation.Shutdown(request);
            case Opcode.Command:
                return SocketOperation.Command(request);
            case Opcode.AsyncCancel:
                return Cancel(request);
            case Opcode.Timeout:
                request.Ring.AddTimer(request);
                return Uring.FakeKernel.Issue.Parked;
            case Opcode.PollAdd:
                return Poll(request);
            default:
                throw new FakeKernelException($"{request.Entry.Opcode} was started on its own");
        }
    }

    private static Issue Poll(FakeRequest request)
    {
        // IO_POLL_UNMASK: more than poll(2) adds. A poll for room also fires when the peer has sent its FIN.
        PollEvents always = PollEvents.Error | PollEvents.HangUp | PollEvents.ReadHangUp;
        request.WaitsFor = (PollEvents)request.Entry.OperationFlags | always;
        PollEvents ready = request.File!.Poll() & request.WaitsFor;
        return ready != 0 ? request.Finish((int)ready) : Uring.FakeKernel.Issue.WaitReadable;
    }

    private static Issue Cancel(FakeRequest request)
    {
        FakeRing ring = request.Ring;
        CancelFlags flags = (CancelFlags)request.Entry.OperationFlags;
        ulong userData = request.Entry.Address;
        Func<FakeRequest, bool> match = candidate => candidate.Entry.UserData == userData;
        if ((flags & CancelFlags.Any) != 0)
        {
            match = _ => true;
        }
        else if ((flags & CancelFlags.Fd) != 0)
        {
            int descriptor = request.Entry.FileDescriptor;
            OpenFile? file = (flags & CancelFlags.FdFixed) != 0
                ? ring.SlotAt(descriptor)
                : ring.Kernel.FileAt(descriptor);
            if (file is null)
            {
                return request.Finish(-Errno.EBADF);
            }

            match = candidate => ReferenceEquals(candidate.File, file);
        }

        if ((flags & (CancelFlags.All | CancelFlags.Any)) == 0)
        {
            return request.Finish(ring.CancelOne(match));
        }

        int count = 0;
        while (ring.CancelOne(match) == 0)
        {
            count++;
        }

        return request.Finish(count);
    }
}
