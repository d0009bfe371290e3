using System;
using ChainServe.FuzzTests.Engine;

namespace ChainServe.FuzzTests.Targets;

/// <summary>What a user is told: one line, with an end.</summary>
internal static class Sentence
{
    public static void Check(string text)
    {
        Require.True(text.Length > 10, "an error says something");
        Require.True(!Array.Exists(text.ToCharArray(), char.IsControl), "an error is one line");
        Require.True(text.EndsWith('.') || text.EndsWith('?'), "an error is a sentence");
    }
}
