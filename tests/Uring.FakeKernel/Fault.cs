using System;
using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>What a request gets instead of its true outcome.</summary>
public readonly record struct Fault
{
    private Fault(FaultKind kind, int value)
    {
        Kind = kind;
        Value = value;
    }

    internal FaultKind Kind { get; }

    internal int Value { get; }

    /// <summary>The request does nothing and ends with -errno.</summary>
    /// <param name="errno">Positive, as in <see cref="Uring.Abi.Errno"/>.</param>
    public static Fault Fail(int errno)
    {
        return new Fault(FaultKind.Fail, -errno);
    }

    /// <summary>A read, receive or send moves at most so many bytes. A send with MSG_WAITALL ends short and breaks its
    /// chain, as when the peer goes away half-way; a receive of 0 is the end of the stream.</summary>
    public static Fault Limit(int count)
    {
        return new Fault(FaultKind.Short, count);
    }

    /// <summary>The request waits until something cancels it.</summary>
    public static Fault Hang()
    {
        return new Fault(FaultKind.Hang, 0);
    }
}

internal enum FaultKind
{
    None,
    Fail,
    Short,
    Hang,
}

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
