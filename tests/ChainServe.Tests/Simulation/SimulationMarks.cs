using System.Collections.Generic;
using ChainServe.Chains;

namespace ChainServe.Tests.Simulation;

/// <summary>What simulations have met: a swarm that never gets somewhere proves nothing about it.</summary>
internal sealed class SimulationMarks
{
    private readonly HashSet<string> _names = [];
    private readonly HashSet<(ChainKind Kind, byte Step)> _steps = [];

    internal IReadOnlySet<string> Names => _names;

    /// <summary>Kinds and steps of chains that were issued.</summary>
    internal IReadOnlySet<(ChainKind Kind, byte Step)> Steps => _steps;

    internal void Add(string name)
    {
        _names.Add(name);
    }

    internal void Add(UserData data)
    {
        _steps.Add((data.Kind, data.Step));
    }

    internal void Add(SimulatedRequest request, Response response)
    {
        _names.Add($"{response.Status}");
        bool isMultipart = response.Status == 206 && !response.Fields.ContainsKey("Content-Range");
        AddIf(isMultipart, "multipart");
        AddIf(response.Status == 206 && response.Fields.ContainsKey("Content-Encoding"), "206 of a sibling");
        AddIf(response.Status == 304 && request.IfNoneMatch.Count == 0, "304 by date");
        if (response.Fields.TryGetValue("Content-Encoding", out string? coding))
        {
            _names.Add(coding);
        }
    }

    internal void AddIf(bool condition, string name)
    {
        if (condition)
        {
            _names.Add(name);
        }
    }
}
