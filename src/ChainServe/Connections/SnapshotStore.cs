using System;
using ChainServe.Files;
using Uring;

namespace ChainServe.Connections;

/// <summary>
/// Hot files as canned responses: immutable copies of whole files, each made from one open file and belonging to one
/// version of its facts, bounded in bytes.
/// 1. <see cref="TryReserve"/> takes a block and evicts by CLOCK for it; the copy cannot be used yet.
/// 2. <see cref="Publish"/> makes it usable, <see cref="Abandon"/> gives it up.
/// 3. <see cref="TryUse"/> lends it to a response; its block is free only when the last user has released it, because
///    the kernel reads from it until then.
/// 4. <see cref="Drop"/> ends it, when the version is not the file's any more.
/// </summary>
internal sealed class SnapshotStore : IDisposable
{
    internal const int None = FileFacts.NoSnapshot;

    private const int LooksMax = 2048;

    private readonly SnapshotArena? _arena;
    private Entry[] _entries = new Entry[64];
    private int _count;
    private int _free = None;
    private int _hand;

    /// <param name="bytes">Bytes of all snapshots together; 0 turns them off.</param>
    /// <param name="fileLengthMax">The longest file that gets one, in bytes.</param>
    internal SnapshotStore(long bytes, int fileLengthMax)
    {
        FileLengthMax = bytes > 0 ? fileLengthMax : -1;

        // One byte more than the file: a read that fills it shows that the file is longer.
        _arena = bytes > 0 ? new SnapshotArena(bytes, fileLengthMax + 1) : null;
    }

    /// <summary>The longest file that gets a snapshot; -1 when none does.</summary>
    internal int FileLengthMax { get; }

    /// <summary>Bytes of the blocks in use.</summary>
    internal long UsedBytes => _arena?.UsedBytes ?? 0;

    /// <summary>Takes a block for a file, and evicts what was not asked for lately when there is none.</summary>
    /// <param name="owner">A version of a file that has no snapshot yet.</param>
    /// <param name="length">Bytes of the block.</param>
    /// <returns>False when snapshots are off, the file is too long, or room was not found: most is in use, or one of
    /// the next calls will find it.</returns>
    internal bool TryReserve(FileFacts owner, int length, out int snapshot)
    {
        snapshot = None;
        if (_arena is null || owner.Length > FileLengthMax || owner.Snapshot != None)
        {
            return false;
        }

        // Every look at an entry clears its mark, so that two rounds find whatever can be evicted. Not all in one go:
        // a long block may need very many, and the hand stays where it stopped.
        int block;
        int looks = Math.Min(2 * _count, LooksMax);
        while (!_arena.TryAllocate(length, out block))
        {
            if (looks-- <= 0)
            {
                return false;
            }

            EvictAtHand();
        }

        snapshot = TakeEntry();
        _entries[snapshot] = new Entry { Owner = owner, Block = block };
        owner.Snapshot = snapshot;
        return true;
    }

    /// <summary>The bytes of a snapshot that is being made or used.</summary>
    internal Span<byte> Bytes(int snapshot, int length)
    {
        return _arena!.Bytes(_entries[snapshot].Block, length);
    }

    /// <summary>Where a byte of a snapshot lies.</summary>
    internal nuint AddressOf(int snapshot, int offset)
    {
        return _arena!.AddressOf(_entries[snapshot].Block, offset);
    }

    /// <summary>The bytes are those of the owner.</summary>
    internal void Publish(int snapshot)
    {
        // Not referenced yet: what is never used again is the first to go.
        _entries[snapshot].IsReady = true;
        if (_entries[snapshot].Owner is null)
        {
            FreeEntry(snapshot);
        }
    }

    /// <summary>Gives up a snapshot that was never published.</summary>
    internal void Abandon(int snapshot)
    {
        Invariant.Require(!_entries[snapshot].IsReady, "only a snapshot that was not published is given up");
        Disown(snapshot);
        FreeEntry(snapshot);
    }

    /// <summary>Whether a version has a snapshot that can be used.</summary>
    internal bool Has(FileFacts facts)
    {
        return facts.Snapshot != None && _entries[facts.Snapshot].IsReady;
    }

    /// <summary>Lends the snapshot of a version to a response.</summary>
    internal bool TryUse(FileFacts facts, out int snapshot)
    {
        snapshot = facts.Snapshot;
        if (snapshot == None)
        {
            return false;
        }

        ref Entry entry = ref _entries[snapshot];
        if (!entry.IsReady)
        {
            return false;
        }

        entry.IsReferenced = true;
        entry.Users++;
        return true;
    }

    /// <summary>The response is through; the kernel reads nothing of it any more.</summary>
    internal void Release(int snapshot)
    {
        ref Entry entry = ref _entries[snapshot];
        Invariant.Require(entry.Users > 0, "a snapshot is released as often as it was used");
        entry.Users--;
        if (entry.Users == 0 && entry.Owner is null)
        {
            FreeEntry(snapshot);
        }
    }

    /// <summary>Ends the snapshot of a version that is not the file's any more. Responses that use it go on.</summary>
    internal void Drop(FileFacts facts)
    {
        int snapshot = facts.Snapshot;
        if (snapshot == None)
        {
            return;
        }

        Disown(snapshot);

        // One that is being made ends when its maker publishes it or gives it up.
        if (_entries[snapshot].IsReady && _entries[snapshot].Users == 0)
        {
            FreeEntry(snapshot);
        }
    }

    public void Dispose()
    {
        _arena?.Dispose();
    }

    private void EvictAtHand()
    {
        ref Entry entry = ref _entries[_hand];
        bool isEvictable = entry.IsReady && entry.Users == 0 && !entry.IsReferenced && entry.Owner is not null;
        entry.IsReferenced = false;
        if (isEvictable)
        {
            Disown(_hand);
            FreeEntry(_hand);
        }

        _hand = _hand + 1 >= _count ? 0 : _hand + 1;
    }

    private void Disown(int snapshot)
    {
        if (_entries[snapshot].Owner is { } owner)
        {
            owner.Snapshot = None;
            _entries[snapshot].Owner = null;
        }
    }

    private int TakeEntry()
    {
        if (_free != None)
        {
            int entry = _free;
            _free = _entries[entry].NextFree;
            return entry;
        }

        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * _count);
        }

        return _count++;
    }

    private void FreeEntry(int snapshot)
    {
        _arena!.Free(_entries[snapshot].Block);
        _entries[snapshot] = new Entry { NextFree = _free };
        _free = snapshot;
    }

    private struct Entry
    {
        /// <summary>Null when the version is dropped or the entry free.</summary>
        public FileFacts? Owner;
        public int Block;

        /// <summary>Responses in flight that read from it.</summary>
        public int Users;
        public int NextFree;
        public bool IsReady;
        public bool IsReferenced;
    }
}
