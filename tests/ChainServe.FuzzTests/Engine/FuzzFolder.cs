using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace ChainServe.FuzzTests.Engine;

/// <summary>The inputs in a folder beside the source, in the order of their names.</summary>
internal static class FuzzFolder
{
    public static string CorpusOf(string target)
    {
        return Path.Combine(Source(), "Corpus", target);
    }

    public static string FindingsOf(string target)
    {
        return Path.Combine(Source(), "Findings", target);
    }

    public static IReadOnlyList<byte[]> Read(string folder)
    {
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]
            : [];
    }

    /// <summary>Puts inputs that are not there yet under the name of their hash, and takes those away that were put
    /// there before and are no longer needed.</summary>
    public static void Write(string folder, IReadOnlyCollection<byte[]> inputs)
    {
        HashSet<string> names = [.. inputs.Select(NameOf)];
        foreach (string path in Directory.GetFiles(folder).Where(IsHashed))
        {
            if (!names.Contains(Path.GetFileName(path)))
            {
                File.Delete(path);
            }
        }

        HashSet<string> known = [.. Read(folder).Select(NameOf)];
        foreach (byte[] input in inputs.Where(input => !known.Contains(NameOf(input))))
        {
            File.WriteAllBytes(Path.Combine(folder, NameOf(input)), input);
        }
    }

    /// <summary>Inputs that somebody gave a name come before those that a run has found.</summary>
    public static IReadOnlyList<byte[]> ReadNamed(string folder)
    {
        return [.. Directory.GetFiles(folder).Where(path => !IsHashed(path)).Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)];
    }

    private static bool IsHashed(string path)
    {
        return Path.GetFileName(path) == NameOf(File.ReadAllBytes(path));
    }

    private static string NameOf(byte[] input)
    {
        return Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 6));
    }

    private static string Source([CallerFilePath] string file = "")
    {
        return Path.Combine(Path.GetDirectoryName(file)!, "..");
    }
}
