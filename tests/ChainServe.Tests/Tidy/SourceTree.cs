using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace ChainServe.Tests.Tidy;

/// <summary>The source files of the repository that these tests were built from.</summary>
internal static class SourceTree
{
    internal static readonly string Root = FindRoot();

    /// <summary>All C# files below a folder, but for what builds make.</summary>
    internal static IReadOnlyList<SourceFile> Files(params string[] folders)
    {
        return folders
            .Select(folder => Path.Combine(Root, folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)
                && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path, File.ReadAllLines(Path.Combine(Root, path))))
            .ToList();
    }

    private static string FindRoot()
    {
        DirectoryInfo? directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ChainServe.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run outside their repository.");
    }
}

internal sealed record SourceFile(string Path, string[] Lines)
{
    internal bool IsGenerated => Path.EndsWith(".Generated.cs", StringComparison.Ordinal);

    /// <summary>Line number and text of the lines that are code, comments cut off.</summary>
    internal IEnumerable<(int Number, string Text)> Code()
    {
        for (int index = 0; index < Lines.Length; index++)
        {
            string text = Lines[index];
            int comment = text.IndexOf("//", StringComparison.Ordinal);
            if (comment >= 0 && !text[..comment].Contains('"', StringComparison.Ordinal))
            {
                text = text[..comment];
            }

            if (!string.IsNullOrWhiteSpace(text))
            {
                yield return (index + 1, text);
            }
        }
    }
}
