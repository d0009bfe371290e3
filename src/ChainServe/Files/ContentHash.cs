using System;
using System.Buffers.Binary;
using System.Numerics;

namespace ChainServe.Files;

/// <summary>
/// XXH64 (the published specification, version 0.1.1). Own code, because no package with xxHash restores from the
/// registry that this project builds from. It tells versions of a file apart; it is no defence against collisions that
/// somebody makes on purpose, and whoever can write the served files needs none.
/// </summary>
internal static class ContentHash
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;
    private const int StripeLength = 32;

    public static ulong Compute(ReadOnlySpan<byte> content, ulong seed = 0)
    {
        ulong hash;
        ReadOnlySpan<byte> rest = content;
        if (rest.Length >= StripeLength)
        {
            hash = ComputeStripes(ref rest, seed);
        }
        else
        {
            hash = seed + Prime5;
        }

        hash += (ulong)content.Length;
        return Avalanche(AddTail(hash, rest));
    }

    // Four independent lanes keep the multiplier busy; they are locals, so that they stay in registers.
    private static ulong ComputeStripes(ref ReadOnlySpan<byte> rest, ulong seed)
    {
        ulong lane1 = seed + Prime1 + Prime2;
        ulong lane2 = seed + Prime2;
        ulong lane3 = seed;
        ulong lane4 = seed - Prime1;
        ReadOnlySpan<byte> stripes = rest;
        while (stripes.Length >= StripeLength)
        {
            lane1 = Round(lane1, BinaryPrimitives.ReadUInt64LittleEndian(stripes));
            lane2 = Round(lane2, BinaryPrimitives.ReadUInt64LittleEndian(stripes[8..]));
            lane3 = Round(lane3, BinaryPrimitives.ReadUInt64LittleEndian(stripes[16..]));
            lane4 = Round(lane4, BinaryPrimitives.ReadUInt64LittleEndian(stripes[24..]));
            stripes = stripes[StripeLength..];
        }

        rest = stripes;
        ulong hash = BitOperations.RotateLeft(lane1, 1) + BitOperations.RotateLeft(lane2, 7)
            + BitOperations.RotateLeft(lane3, 12) + BitOperations.RotateLeft(lane4, 18);
        hash = MergeRound(hash, lane1);
        hash = MergeRound(hash, lane2);
        hash = MergeRound(hash, lane3);
        return MergeRound(hash, lane4);
    }

    private static ulong AddTail(ulong hash, ReadOnlySpan<byte> rest)
    {
        while (rest.Length >= 8)
        {
            hash ^= Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            hash = (BitOperations.RotateLeft(hash, 27) * Prime1) + Prime4;
            rest = rest[8..];
        }

        if (rest.Length >= 4)
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1;
            hash = (BitOperations.RotateLeft(hash, 23) * Prime2) + Prime3;
            rest = rest[4..];
        }

        foreach (byte value in rest)
        {
            hash ^= value * Prime5;
            hash = BitOperations.RotateLeft(hash, 11) * Prime1;
        }

        return hash;
    }

    private static ulong Avalanche(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= Prime2;
        hash ^= hash >> 29;
        hash *= Prime3;
        return hash ^ (hash >> 32);
    }

    private static ulong Round(ulong lane, ulong input)
    {
        return BitOperations.RotateLeft(lane + (input * Prime2), 31) * Prime1;
    }

    private static ulong MergeRound(ulong hash, ulong lane)
    {
        return ((hash ^ Round(0, lane)) * Prime1) + Prime4;
    }
}
