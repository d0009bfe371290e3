using Uring.Abi;
using Uring.FakeKernel;

namespace ChainServe.Tests.Simulation;

/// <summary>Which trouble an entry meets, of the kinds that a run has.</summary>
internal sealed class SimulatedFaults
{
    private readonly Dice _dice;
    private readonly SimulationPlan _plan;

    internal SimulatedFaults(Dice dice, SimulationPlan plan)
    {
        _dice = dice;
        _plan = plan;
    }

    internal Fault? Find(SubmissionQueueEntry entry)
    {
        if (entry.Opcode == Opcode.Write)
        {
            return _dice.Hits(_plan.LogPerMille) ? Log(entry) : null;
        }

        // In an order, so that each kind has its rate whatever else a run has.
        return _dice.Hits(_plan.HiccupPerMille) && Hiccup(entry) is { } hiccup ? hiccup
            : _dice.Hits(_plan.DiskPerMille) && Disk(entry) is { } disk ? disk
            : _dice.Hits(_plan.NetworkPerMille) && Network(entry) is { } network ? network
            : _dice.Hits(_plan.StallPerMille) && MayStall(entry) ? Fault.Stall(_dice.Next(1, 3_000))
            : null;
    }

    /// <summary>errno of a look at an open file, or 0.</summary>
    internal int FindStatus()
    {
        return _dice.Hits(_plan.DiskPerMille) ? Errno.EIO : 0;
    }

    private static bool IsFromFile(SubmissionQueueEntry entry)
    {
        return ((SpliceFlags)entry.OperationFlags & SpliceFlags.FdInFixed) != 0;
    }

    private static bool MayStall(SubmissionQueueEntry entry)
    {
        return entry.Opcode is Opcode.OpenAt2 or Opcode.Read or Opcode.Close
            || (entry.Opcode == Opcode.Splice && IsFromFile(entry));
    }

    private Fault? Hiccup(SubmissionQueueEntry entry)
    {
        bool mayNotWait = ((ReadWriteFlags)entry.OperationFlags & ReadWriteFlags.NoWait) != 0;
        return entry.Opcode switch
        {
            Opcode.OpenAt2 => Fault.Fail(Errno.EAGAIN),
            Opcode.Read when mayNotWait => _dice.OneIn(2)
                ? Fault.Fail(Errno.EAGAIN)
                : Fault.Limit(_dice.Next(0, (int)entry.Length)),
            Opcode.Splice => _dice.OneIn(2)
                ? Fault.Fail(Errno.EAGAIN)
                : Fault.Limit(_dice.Next(1, (int)entry.Length)),
            Opcode.Receive => _dice.OneIn(2)
                ? Fault.Fail(_dice.Pick([Errno.ENOBUFS, Errno.EINTR]))
                : Fault.Limit(_dice.Next(1, 60)),
            Opcode.Accept => Fault.Fail(_dice.Pick([Errno.ENFILE, Errno.EMFILE, Errno.ECONNABORTED])),
            Opcode.Shutdown => Fault.Fail(Errno.ENOTCONN),
            _ => null,
        };
    }

    private Fault? Disk(SubmissionQueueEntry entry)
    {
        return entry.Opcode switch
        {
            Opcode.OpenAt2 => Fault.Fail(_dice.Pick([Errno.EMFILE, Errno.EIO, Errno.EACCES, Errno.ESTALE])),
            Opcode.Read or Opcode.Close => Fault.Fail(Errno.EIO),
            Opcode.Splice when IsFromFile(entry) => Fault.Fail(_dice.Pick([Errno.EIO, Errno.EINVAL])),
            Opcode.FilesUpdate => Fault.Fail(Errno.ENOMEM),
            _ => null,
        };
    }

    private Fault? Network(SubmissionQueueEntry entry)
    {
        return entry.Opcode switch
        {
            Opcode.Send or Opcode.SendMessage => _dice.OneIn(2)
                ? Fault.Fail(_dice.Pick([Errno.EPIPE, Errno.ECONNRESET, Errno.ENOBUFS]))
                : Fault.Limit(_dice.Next(0, (int)entry.Length + 1)),
            Opcode.Receive => _dice.OneIn(2)
                ? Fault.Fail(_dice.Pick([Errno.ECONNRESET, Errno.ETIMEDOUT]))
                : Fault.Limit(0),
            Opcode.Splice when !IsFromFile(entry) => Fault.Fail(Errno.EPIPE),
            Opcode.PollAdd => Fault.Fail(Errno.ECANCELED),
            _ => null,
        };
    }

    private Fault Log(SubmissionQueueEntry entry)
    {
        return _dice.Next(4) switch
        {
            0 => Fault.Fail(_dice.Pick([Errno.ENOSPC, Errno.EIO])),
            1 => Fault.Fail(_dice.Pick([Errno.EAGAIN, Errno.EINTR])),
            2 => Fault.Limit(1 + _dice.Next((int)entry.Length)),
            _ => Fault.Stall(_dice.Next(1, 2_000)),
        };
    }
}
