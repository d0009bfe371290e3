using System;
using System.Collections.Generic;
using ChainServe.Chains;
using Uring.Abi;
using Uring.FakeKernel;

namespace ChainServe.Tests.Simulation;

/// <summary>Faults by chain kind and step: the n-th request of a step meets one, when it is issued.</summary>
internal sealed class FaultInjector
{
    private readonly List<Injection> _injections = [];

    /// <summary>Faults that no request has met yet.</summary>
    internal int PendingCount => _injections.Count;

    /// <summary>Called for every request that is issued: the outside world may act in the middle of a chain.</summary>
    internal Func<SubmissionQueueEntry, Fault?>? Issuing { get; set; }

    /// <summary>The n-th request of a step, from now on, meets a fault.</summary>
    internal void Add(ChainKind kind, byte step, int nth, Func<SubmissionQueueEntry, Fault> fault)
    {
        _injections.Add(new Injection(kind, step, fault) { Left = nth });
    }

    internal void Add(ChainKind kind, byte step, int nth, int errno)
    {
        Add(kind, step, nth, _ => Fault.Fail(errno));
    }

    internal Fault? Find(SubmissionQueueEntry entry)
    {
        Fault? fault = Issuing?.Invoke(entry);
        UserData data = new UserData(entry.UserData);
        Injection? found = null;
        foreach (Injection each in _injections)
        {
            if (each.Kind == data.Kind && each.Step == data.Step && --each.Left == 0)
            {
                found = each;
            }
        }

        if (found is null)
        {
            return fault;
        }

        _injections.Remove(found);
        return found.Fault(entry);
    }

    private sealed record Injection(ChainKind Kind, byte Step, Func<SubmissionQueueEntry, Fault> Fault)
    {
        internal int Left { get; set; }
    }
}
