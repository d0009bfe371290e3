using System;
using System.Collections.Generic;
using System.Threading;

namespace ChainServe.Connections;

/// <summary>
/// Connections by client, of all workers together. Each worker enters and leaves from its own thread; the counts are
/// spread over locks that are held for a look-up.
/// </summary>
internal sealed class ClientCounts
{
    private const int ShardCount = 64;

    private readonly Shard[] _shards = new Shard[ShardCount];
    private readonly int _max;

    /// <param name="max">Connections of one client.</param>
    internal ClientCounts(int max)
    {
        _max = max;
        for (int index = 0; index < ShardCount; index++)
        {
            _shards[index] = new Shard();
        }
    }

    /// <summary>Clients that are connected.</summary>
    internal int ClientCount
    {
        get
        {
            int count = 0;
            foreach (Shard shard in _shards)
            {
                lock (shard.Lock)
                {
                    count += shard.Counts.Count;
                }
            }

            return count;
        }
    }

    /// <summary>Counts one connection more.</summary>
    /// <param name="client"><see cref="ClientAddresses.TryGetKey"/>.</param>
    /// <returns>False: the client has as many as it may have, and nothing was counted.</returns>
    internal bool TryEnter(UInt128 client)
    {
        Shard shard = ShardOf(client);
        lock (shard.Lock)
        {
            int count = shard.Counts.GetValueOrDefault(client);
            if (count >= _max)
            {
                return false;
            }

            shard.Counts[client] = count + 1;
            return true;
        }
    }

    /// <summary>Counts one less.</summary>
    internal void Leave(UInt128 client)
    {
        Shard shard = ShardOf(client);
        lock (shard.Lock)
        {
            int count = shard.Counts[client];
            if (count > 1)
            {
                shard.Counts[client] = count - 1;
            }
            else
            {
                shard.Counts.Remove(client);
            }
        }
    }

    private Shard ShardOf(UInt128 client)
    {
        // HashCode has a secret of the process in it, so that nobody can choose addresses that meet in one shard.
        return _shards[HashCode.Combine(client) & (ShardCount - 1)];
    }

    private sealed class Shard
    {
        internal Lock Lock { get; } = new Lock();

        internal Dictionary<UInt128, int> Counts { get; } = [];
    }
}
