using System;
using System.Globalization;
using System.Linq;
using System.Reflection;
using Uring.Abi;
using Uring.FakeKernel;

namespace ChainServe.Tests.Chains;

/// <summary>The words of the fault tables: "EIO", "short 0", "short n-1", "hang".</summary>
internal static class FaultRow
{
    /// <summary>An errno that no chain knows: EUCLEAN, a file system that needs cleaning.</summary>
    private const int Unlisted = 117;

    internal static Fault FaultOf(string word, SubmissionQueueEntry entry)
    {
        if (word == "hang")
        {
            return Fault.Hang();
        }

        if (!word.StartsWith("short ", StringComparison.Ordinal))
        {
            return Fault.Fail(ErrnoOf(word));
        }

        string count = word["short ".Length..];
        return Fault.Limit(count switch
        {
            "n-1" => (int)entry.Length - 1,
            "half" => (int)entry.Length / 2,
            _ => int.Parse(count, CultureInfo.InvariantCulture),
        });
    }

    internal static int ErrnoOf(string name)
    {
        return name == "unlisted"
            ? Unlisted
            : (int)typeof(Errno).GetField(name, BindingFlags.Public | BindingFlags.Static)!.GetRawConstantValue()!;
    }

    internal static string[] Words(string text)
    {
        return text.Split(',').Select(word => word.Trim()).ToArray();
    }
}
