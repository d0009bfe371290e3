using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using ChainServe.Files;
using Xunit;

namespace ChainServe.Tests.Files;

public sealed class HashTests
{
    // Published answers of XXH64: every path of the length is in them (0, below 4, below 32, above 32 with a tail).
    [Theory]
    [InlineData("", 0, 0xEF46DB3751D8E999)]
    [InlineData("", 1, 0xD5AFBA1336A3BE4B)]
    [InlineData("a", 0, 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0, 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0, 0xFBCEA83C8A378BF1)]
    public void Xxh64GivesThePublishedAnswers(string text, ulong seed, ulong expected)
    {
        Assert.Equal(expected, ContentHash.Compute(Encoding.ASCII.GetBytes(text), seed));
    }

    // The specification read literally, one byte after the other.
    [Fact]
    public void Xxh64AgreesWithTheSpecificationForEveryLength()
    {
        Random random = new(64);
        byte[] content = new byte[200];
        random.NextBytes(content);
        for (int length = 0; length <= content.Length; length++)
        {
            ulong seed = (ulong)random.NextInt64();
            ReadOnlySpan<byte> part = content.AsSpan(0, length);
            Assert.Equal(ComputeSlowly(part, seed), ContentHash.Compute(part, seed));
        }
    }

    [Fact]
    public void ADigestHasTwoIndependentHalves()
    {
        ContentDigest digest = ContentDigest.Of("abc"u8);
        Assert.Equal(0x44BC2CF5AD770999ul, digest.First);
        Assert.NotEqual(digest.First, digest.Second);
        Assert.NotEqual(digest, ContentDigest.Of("abd"u8));
    }

    // The vectors of the SipHash paper: key 00 to 0f, message 00, 01, 02 and so on.
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(1, 0x74f839c593dc67fd)]
    [InlineData(15, 0xa129ca6149be45e5)]
    public void SipHashGivesThePublishedAnswers(int length, ulong expected)
    {
        byte[] message = new byte[length];
        for (int index = 0; index < length; index++)
        {
            message[index] = (byte)index;
        }

        Assert.Equal(expected, new KeyedHash(0x0706050403020100, 0x0f0e0d0c0b0a0908).Compute(message));
    }

    private static ulong ComputeSlowly(ReadOnlySpan<byte> input, ulong seed)
    {
        const ulong P1 = 11400714785074694791;
        const ulong P2 = 14029467366897019727;
        const ulong P3 = 1609587929392839161;
        const ulong P4 = 9650029242287828579;
        const ulong P5 = 2870177450012600261;
        static ulong Round(ulong lane, ulong word)
        {
            return BitOperations.RotateLeft(lane + (word * P2), 31) * P1;
        }

        ulong hash = seed + P5;
        int at = 0;
        if (input.Length >= 32)
        {
            ulong[] lanes = [seed + P1 + P2, seed + P2, seed, seed - P1];
            for (; at + 32 <= input.Length; at += 32)
            {
                for (int lane = 0; lane < 4; lane++)
                {
                    ulong word = BinaryPrimitives.ReadUInt64LittleEndian(input[(at + (lane * 8))..]);
                    lanes[lane] = Round(lanes[lane], word);
                }
            }

            int[] turns = [1, 7, 12, 18];
            hash = 0;
            for (int lane = 0; lane < 4; lane++)
            {
                hash += BitOperations.RotateLeft(lanes[lane], turns[lane]);
            }

            foreach (ulong lane in lanes)
            {
                hash = ((hash ^ Round(0, lane)) * P1) + P4;
            }
        }

        hash += (ulong)input.Length;
        for (; at + 8 <= input.Length; at += 8)
        {
            hash ^= Round(0, BinaryPrimitives.ReadUInt64LittleEndian(input[at..]));
            hash = (BitOperations.RotateLeft(hash, 27) * P1) + P4;
        }

        for (; at + 4 <= input.Length; at += 4)
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(input[at..]) * P1;
            hash = (BitOperations.RotateLeft(hash, 23) * P2) + P3;
        }

        for (; at < input.Length; at++)
        {
            hash = BitOperations.RotateLeft(hash ^ (input[at] * P5), 11) * P1;
        }

        hash = (hash ^ (hash >> 33)) * P2;
        hash = (hash ^ (hash >> 29)) * P3;
        return hash ^ (hash >> 32);
    }
}
