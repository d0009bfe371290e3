using System.Collections.Generic;
using System.Linq;
using ChainServe.Chains;
using Uring.Abi;

namespace ChainServe.Tests.Simulation;

/// <summary>
/// The chain rule, kept beside the worker: every chain has one completion that ends it; a step with a soft link that
/// was to stay silent and reports is that one; behind a hard link the failure reports and the end still comes.
/// </summary>
internal sealed class ChainLedger
{
    private const SubmissionFlags Links = SubmissionFlags.Link | SubmissionFlags.HardLink;

    private readonly Dictionary<int, List<List<SubmissionQueueEntry>>> _running = [];
    private readonly List<SubmissionQueueEntry> _building = [];
    private readonly List<string> _faults = [];

    internal void Submitted(SubmissionQueueEntry entry)
    {
        UserData data = new UserData(entry.UserData);
        if (data.Kind is ChainKind.Detached or ChainKind.Wake)
        {
            return;
        }

        _building.Add(entry);
        if ((entry.Flags & Links) == 0)
        {
            ChainsOf(data).Add([.. _building]);
            _building.Clear();
        }
    }

    internal void Posted(CompletionQueueEntry completion)
    {
        UserData data = new UserData(completion.UserData);
        if (data.Kind is ChainKind.Detached or ChainKind.Wake)
        {
            return;
        }

        List<List<SubmissionQueueEntry>> chains = ChainsOf(data);
        List<SubmissionQueueEntry>? chain = chains.Find(
            each => each.Exists(entry => entry.UserData == completion.UserData));
        if (chain is null)
        {
            _faults.Add($"{Describe(data)} reported {completion.Result} for no chain in flight");
            return;
        }

        SubmissionQueueEntry step = chain.Find(entry => entry.UserData == completion.UserData);
        bool isLast = chain[^1].UserData == completion.UserData;
        bool wasToStaySilent = (step.Flags & SubmissionFlags.SkipSuccess) != 0;
        bool isSoft = (step.Flags & SubmissionFlags.Link) != 0;
        if (isLast || (isSoft && wasToStaySilent))
        {
            chains.Remove(chain);
        }
        else
        {
            // It has reported, and must not do it again.
            chain.RemoveAll(entry => entry.UserData == completion.UserData);
        }
    }

    /// <summary>What broke the rule; at rest, chains without an end too.</summary>
    internal IEnumerable<string> Faults(bool atRest = true)
    {
        return atRest
            ? _faults.Concat(_running.Values.SelectMany(chains => chains).Select(
                chain => $"{Describe(new UserData(chain[0].UserData))} never ended"))
            : _faults;
    }

    private static string Describe(UserData data)
    {
        return $"{data.Kind} step {data.Step} of slot {data.Slot} ({data.Generation})";
    }

    private List<List<SubmissionQueueEntry>> ChainsOf(UserData data)
    {
        // The numbers of pipes are no slots.
        int slot = data.Kind == ChainKind.Pipe ? -1 - data.Slot : data.Slot;
        if (!_running.TryGetValue(slot, out List<List<SubmissionQueueEntry>>? chains))
        {
            _running[slot] = chains = [];
        }

        return chains;
    }
}
