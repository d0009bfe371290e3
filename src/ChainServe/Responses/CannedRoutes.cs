using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using ChainServe.Files;

namespace ChainServe.Responses;

/// <summary>
/// Configured paths with a fixed answer, such as a health check. Built once and shared; looked up by the decoded path,
/// so that "/%68ealth" and "/a/../health" are the same route.
/// </summary>
internal sealed class CannedRoutes
{
    public static readonly CannedRoutes Empty = new([]);

    private readonly KeyedHash _hash = KeyedHash.CreateRandom();
    private readonly byte[]?[] _paths;
    private readonly CannedResponse?[] _responses;
    private readonly int _mask;

    /// <param name="routes">Paths without a leading slash; the last one of equal paths wins.</param>
    public CannedRoutes(IReadOnlyCollection<KeyValuePair<byte[], CannedResponse>> routes)
    {
        // Half empty, so that a miss ends soon.
        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)((routes.Count * 2) + 1));
        _paths = new byte[size][];
        _responses = new CannedResponse[size];
        _mask = size - 1;
        foreach ((byte[] path, CannedResponse response) in routes)
        {
            int index = Find(path);
            Count += _paths[index] is null ? 1 : 0;
            _paths[index] = path;
            _responses[index] = response;
        }
    }

    public int Count { get; }

    public bool TryGet(ReadOnlySpan<byte> path, [NotNullWhen(true)] out CannedResponse? response)
    {
        if (Count == 0)
        {
            response = null;
            return false;
        }

        response = _responses[Find(path)];
        return response is not null;
    }

    // The place of the path, or the free place where it would stand.
    private int Find(ReadOnlySpan<byte> path)
    {
        int index = (int)_hash.Compute(path) & _mask;
        while (_paths[index] is { } candidate && !path.SequenceEqual(candidate))
        {
            index = (index + 1) & _mask;
        }

        return index;
    }
}
