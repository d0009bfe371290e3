using System;
using System.Collections.Generic;

namespace ChainServe.Configuration;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Suggestion
{
    /// <summary>
    /// Returns the candidate nearest to a word, or null when none is near. A word that is the last part of a candidate
    /// counts as meant: <c>HeadBytesMax</c> for <c>Limits:HeadBytesMax</c>.
    /// </summary>
    internal static string? Find(string word, IEnumerable<string> candidates)
    {
        string? best = null;
        int bestDistance = Math.Max(1, word.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            if (candidate.EndsWith(":" + word, StringComparison.OrdinalIgnoreCase))
            {
                return candidate;
            }

            int distance = Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < bestDistance)
            {
                best = candidate;
                bestDistance = distance;
            }
        }

        return best;
    }

    /// <summary>Counts edits, where two letters in the wrong order are one edit (optimal string alignment).</summary>
    private static int Distance(string left, string right)
    {
        int[,] cost = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                int replace = cost[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replace, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[left.Length, right.Length];
    }
}
