using System;
using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>Which requests fail, and how. Each rule applies once, to the n-th request that it matches, when that is
/// issued for the first time.</summary>
public sealed class FaultPlan
{
    private readonly List<Rule> _rules = [];

    /// <summary>Asked for every request that no rule matches, null for no fault; for seeded random faults.</summary>
    public Func<SubmissionQueueEntry, Fault?>? Hook { get; set; }

    /// <summary>Rules that have not applied yet: a table of faults ends with none left.</summary>
    public int PendingCount => _rules.Count;

    /// <summary>The n-th request (from 1, from now on) of an operation.</summary>
    public void On(Opcode opcode, int nth, Fault fault)
    {
        On(entry => entry.Opcode == opcode, nth, fault);
    }

    /// <summary>The n-th request (from 1, from now on) whose entry matches, for example by its user data.</summary>
    public void On(Func<SubmissionQueueEntry, bool> match, int nth, Fault fault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nth, 1);
        _rules.Add(new Rule(match, fault) { Left = nth });
    }

    public void Clear()
    {
        _rules.Clear();
        Hook = null;
    }

    internal Fault Find(in SubmissionQueueEntry entry)
    {
        Rule? found = null;
        foreach (Rule rule in _rules)
        {
            if (rule.Match(entry) && --rule.Left == 0)
            {
                found ??= rule;
            }
        }

        _rules.RemoveAll(rule => rule.Left == 0);
        return found?.Fault ?? Hook?.Invoke(entry) ?? default;
    }

    private sealed record Rule(Func<SubmissionQueueEntry, bool> Match, Fault Fault)
    {
        internal int Left { get; set; }
    }
}
