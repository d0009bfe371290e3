using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>Submission, as <c>io_submit_sqes</c>: 1. prepare each entry, 2. assemble links, 3. start heads.</summary>
internal sealed partial class FakeRing
{
    private FakeRequest? _head;
    private FakeRequest? _last;

    /// <summary>Requests that were taken and have not ended.</summary>
    internal List<FakeRequest> InFlight { get; } = [];

    /// <summary>The last request of the chain that is being assembled: what a link timeout guards.</summary>
    internal FakeRequest? LastOfChain => _head is null ? null : _last;

    internal int Submit(uint count)
    {
        int submitted = 0;
        while (submitted < count && TakeEntry(out SubmissionQueueEntry entry))
        {
            submitted++;
            Kernel.Statistics.SubmittedCount++;
            Kernel.Statistics.Submitted?.Invoke(entry);
            FakeRequest request = new FakeRequest(this, entry);
            InFlight.Add(request);
            int result = Prepare(request);
            if (result < 0)
            {
                FailPrepared(request, result);
                if ((Setup & SetupFlags.SubmitAll) == 0 && _head is null)
                {
                    break;
                }
            }
            else
            {
                Assemble(request);
            }
        }

        if (_head is not null)
        {
            Kernel.Misuse("the last entry of a submission carries a link flag: its chain is cut, and punted");
            FakeRequest head = _head;
            _head = null;
            StartInWorkerOrFail(head);
        }

        Flush();
        return submitted;
    }

    private int Prepare(FakeRequest request)
    {
        const SubmissionFlags Known = (SubmissionFlags)0x7F;
        ref SubmissionQueueEntry entry = ref request.Entry;
        if (Limits is not null && !Limits.Allow(entry))
        {
            return -Errno.EACCES;
        }

        if ((entry.Flags & SubmissionFlags.Drain) != 0)
        {
            throw new FakeKernelException("IOSQE_IO_DRAIN is not modelled");
        }

        bool known = (entry.Flags & ~Known) == 0 && entry.Personality == 0;
        bool selects = (entry.Flags & SubmissionFlags.BufferSelect) != 0;
        bool maySelect = entry.Opcode is Opcode.Receive or Opcode.Read;
        int result = known && (!selects || maySelect) ? Preparation.Check(request) : -Errno.EINVAL;
        if (result < 0)
        {
            Kernel.Misuse(
                $"{entry.Opcode} (user data {entry.UserData:x}) was refused before it ran, with errno {-result}");
        }

        return result;
    }

    /// <summary><c>io_submit_fail_init</c>: a bad entry does not cut its chain, but none of the chain runs.</summary>
    private void FailPrepared(FakeRequest request, int result)
    {
        request.Finish(result);
        if (_head is { HasFailed: false })
        {
            _head.Finish(-Errno.ECANCELED);
        }

        if (request.IsLinked)
        {
            Append(request);
            return;
        }

        FakeRequest first = request;
        if (_head is not null)
        {
            _last!.Link = request;
            first = _head;
            _head = null;
        }

        StartInWorkerOrFail(first);
    }

    private void Assemble(FakeRequest request)
    {
        if (_head is null && !request.IsLinked)
        {
            Start(request);
            return;
        }

        bool ends = !request.IsLinked;
        Append(request);
        if (!ends)
        {
            return;
        }

        FakeRequest head = _head!;
        _head = null;
        if (head.HasFailed)
        {
            StartInWorkerOrFail(head);
        }
        else
        {
            Start(head);
        }
    }

    private void Append(FakeRequest request)
    {
        if (_head is null)
        {
            _head = request;
        }
        else
        {
            _last!.Link = request;
        }

        _last = request;
    }

    private void StartInWorkerOrFail(FakeRequest head)
    {
        if (!head.HasFailed)
        {
            QueueWorker(head);
            return;
        }

        head.IsHard = false;
        head.IsLinked = true;
        Fail(head, head.Result);
    }
}
