using System;
using System.Diagnostics.CodeAnalysis;

namespace ChainServe.Files;

/// <summary>
/// A bounded cache from path to facts, owned by one worker.
/// 1. Every entry is allocated at construction; a lookup allocates nothing and calls through no interface.
/// 2. A full table evicts by CLOCK: the hand passes over an entry once if it was used since the hand last came by.
/// 3. Facts of what is not there have entries of their own, a quarter as many, so that a flood of names that do not
///    exist evicts nothing but other such names.
/// 4. The hash is keyed per table (<see cref="KeyedHash"/>).
/// </summary>
internal sealed class FactsTable
{
    // Entry 0 is nobody's, so that fresh memory is an empty table, and costs nothing until it is used.
    private const int None = 0;

    private readonly KeyedHash _hash;
    private readonly int[] _buckets;
    private readonly Entry[] _entries;
    private readonly Region _present;
    private readonly Region _absent;

    public FactsTable(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Capacity = capacity;
        AbsentCapacity = Math.Max(1, capacity / 4);
        _hash = KeyedHash.CreateRandom();
        int count = Capacity + AbsentCapacity;
        _entries = new Entry[1 + count];
        _buckets = new int[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count)];
        _present = new Region(1, Capacity);
        _absent = new Region(1 + Capacity, AbsentCapacity);
    }

    /// <summary>How many facts of existing names fit.</summary>
    public int Capacity { get; }

    /// <summary>How many facts of missing names fit.</summary>
    public int AbsentCapacity { get; }

    public int Count => _present.Count + _absent.Count;

    public int AbsentCount => _absent.Count;

    public long Hits { get; private set; }

    public long Misses { get; private set; }

    public bool TryGet(ReadOnlySpan<byte> path, [NotNullWhen(true)] out FileFacts? facts)
    {
        int index = Find(path, _hash.Compute(path));
        if (index == None)
        {
            Misses++;
            facts = null;
            return false;
        }

        Hits++;
        ref Entry entry = ref _entries[index];
        entry.IsReferenced = true;
        facts = entry.Facts!;
        return true;
    }

    /// <summary>
    /// Adds or replaces. The path may differ from that of the facts: a directory's may lead to its index.
    /// </summary>
    public void Set(ReadOnlySpan<byte> path, FileFacts facts)
    {
        ulong hash = _hash.Compute(path);
        Region region = facts.Kind == FileKind.Missing ? _absent : _present;
        int index = Find(path, hash);
        if (index != None)
        {
            if (region.Contains(index))
            {
                _entries[index].Facts = facts;
                return;
            }

            RemoveAt(index);
        }

        index = Take(region);
        ref Entry entry = ref _entries[index];
        entry.Hash = hash;
        entry.Facts = facts;
        entry.Key = path.SequenceEqual(facts.Name) ? facts.Path : WithTerminator(path);

        // Not referenced yet: a name that is asked for only once is the first to go.
        entry.IsReferenced = false;
        ref int bucket = ref _buckets[BucketOf(hash)];
        entry.Next = bucket;
        bucket = index;
        region.Count++;
    }

    public bool Remove(ReadOnlySpan<byte> path)
    {
        int index = Find(path, _hash.Compute(path));
        if (index == None)
        {
            return false;
        }

        RemoveAt(index);
        return true;
    }

    public void Clear()
    {
        Array.Clear(_entries);
        Array.Clear(_buckets);
        _present.Reset();
        _absent.Reset();
    }

    private static byte[] WithTerminator(ReadOnlySpan<byte> path)
    {
        byte[] key = new byte[path.Length + 1];
        path.CopyTo(key);
        return key;
    }

    private int BucketOf(ulong hash)
    {
        return (int)(hash & (ulong)(_buckets.Length - 1));
    }

    private int Find(ReadOnlySpan<byte> path, ulong hash)
    {
        Entry[] entries = _entries;
        int index = _buckets[BucketOf(hash)];
        while (index != None)
        {
            ref Entry entry = ref entries[index];
            if (entry.Hash == hash && entry.Key.AsSpan(0, entry.Key!.Length - 1).SequenceEqual(path))
            {
                return index;
            }

            index = entry.Next;
        }

        return None;
    }

    private int Take(Region region)
    {
        if (region.FreeHead != None)
        {
            int free = region.FreeHead;
            region.FreeHead = _entries[free].Next;
            return free;
        }

        if (region.Unused > 0)
        {
            region.Unused--;
            return region.End - region.Unused - 1;
        }

        while (true)
        {
            int index = region.Advance();
            ref Entry entry = ref _entries[index];
            if (!entry.IsReferenced)
            {
                Unlink(index);
                region.Count--;
                return index;
            }

            entry.IsReferenced = false;
        }
    }

    private void RemoveAt(int index)
    {
        Unlink(index);
        Region region = _present.Contains(index) ? _present : _absent;
        _entries[index] = new Entry { Next = region.FreeHead };
        region.FreeHead = index;
        region.Count--;
    }

    private void Unlink(int index)
    {
        ref int link = ref _buckets[BucketOf(_entries[index].Hash)];
        while (link != index)
        {
            link = ref _entries[link].Next;
        }

        link = _entries[index].Next;
    }

    private struct Entry
    {
        public ulong Hash;
        public byte[]? Key;
        public FileFacts? Facts;
        public int Next;
        public bool IsReferenced;
    }

    /// <summary>A run of entries with its own free list and its own clock hand.</summary>
    private sealed class Region
    {
        private readonly int _start;
        private readonly int _end;
        private int _hand;

        public Region(int start, int capacity)
        {
            _start = start;
            _end = start + capacity;
            Reset();
        }

        public int Count { get; set; }

        public int FreeHead { get; set; }

        public int Unused { get; set; }

        public int End => _end;

        public bool Contains(int index)
        {
            return index >= _start && index < _end;
        }

        public int Advance()
        {
            int index = _hand;
            _hand = index + 1 == _end ? _start : index + 1;
            return index;
        }

        public void Reset()
        {
            _hand = _start;
            Count = 0;
            FreeHead = None;
            Unused = _end - _start;
        }
    }
}
