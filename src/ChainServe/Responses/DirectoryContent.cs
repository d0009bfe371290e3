using System;
using System.Collections.Generic;

namespace ChainServe.Responses;

/// <summary>A name in a directory.</summary>
/// <param name="Name">Without a slash.</param>
/// <param name="IsDirectory">Or a file.</param>
/// <param name="Length">Bytes; 0 for a directory.</param>
/// <param name="Modified">UTC.</param>
internal sealed record DirectoryEntry(string Name, bool IsDirectory, long Length, DateTime Modified);

/// <summary>What may be shown of a directory.</summary>
/// <param name="Entries">In no order.</param>
/// <param name="Count">How many there are; more than entries, when there are too many to show.</param>
internal sealed record DirectoryContent(IReadOnlyList<DirectoryEntry> Entries, int Count)
{
    /// <summary>Directories first, then by the query's key; names break ties, so that the order is always the same.
    /// </summary>
    public List<DirectoryEntry> Sorted(ListingQuery query)
    {
        List<DirectoryEntry> entries = [.. Entries];
        int sign = query.IsDescending ? -1 : 1;
        entries.Sort((left, right) =>
        {
            if (left.IsDirectory != right.IsDirectory)
            {
                return left.IsDirectory ? -1 : 1;
            }

            int order = query.Key switch
            {
                ListingKey.Size => left.Length.CompareTo(right.Length),
                ListingKey.Date => left.Modified.CompareTo(right.Modified),
                _ => 0,
            };
            return sign * (order != 0 ? order : CompareNames(left.Name, right.Name));
        });
        return entries;
    }

    // "img2" before "img10", and letters without case; bytes decide between names that are equal so.
    private static int CompareNames(string left, string right)
    {
        int a = 0;
        int b = 0;
        while (a < left.Length && b < right.Length)
        {
            if (char.IsAsciiDigit(left[a]) && char.IsAsciiDigit(right[b]))
            {
                ReadOnlySpan<char> first = TakeNumber(left, ref a);
                ReadOnlySpan<char> second = TakeNumber(right, ref b);
                int order = first.Length != second.Length
                    ? first.Length.CompareTo(second.Length)
                    : first.SequenceCompareTo(second);
                if (order != 0)
                {
                    return order;
                }

                continue;
            }

            int letters = char.ToLowerInvariant(left[a++]).CompareTo(char.ToLowerInvariant(right[b++]));
            if (letters != 0)
            {
                return letters;
            }
        }

        int rest = (left.Length - a).CompareTo(right.Length - b);
        return rest != 0 ? rest : string.CompareOrdinal(left, right);
    }

    private static ReadOnlySpan<char> TakeNumber(string text, ref int index)
    {
        int start = index;
        while (index < text.Length && char.IsAsciiDigit(text[index]))
        {
            index++;
        }

        ReadOnlySpan<char> number = text.AsSpan(start, index - start).TrimStart('0');
        return number;
    }
}
