using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace ChainServe.Tests.Tidy;

/// <summary>Conventions that nobody has to remember, because they fail.</summary>
public sealed partial class TidyTests
{
    private const int FileLinesMax = 300;
    private const int MethodLinesMax = 70;
    private const int ColumnsMax = 120;

    private static readonly HashSet<string> ConsoleUsers =
    [
        "src/ChainServe/Program.cs",
        "src/ChainServe/Configuration/CommandLine.cs",
        "src/ChainServe/Diagnostics/Banner.cs",
        "src/ChainServe/Diagnostics/ServerLog.cs",
    ];

    [Fact]
    public void NoLineIsLongerThan120Columns()
    {
        Expect(
            from file in SourceTree.Files("src", "tests")
            where !file.IsGenerated
            from line in file.Lines.Select((text, index) => (text, index))
            where line.text.Length > ColumnsMax
            select $"{file.Path}:{line.index + 1} has {line.text.Length} columns");
    }

    [Fact]
    public void NoFileIsLongerThan300Lines()
    {
        Expect(
            from file in SourceTree.Files("src", "tests")
            where !file.IsGenerated && !IsTypeTable(file)
            where file.Lines.Length > FileLinesMax
            select $"{file.Path} has {file.Lines.Length} lines");
    }

    [Fact]
    public void NoMethodIsLongerThan70Lines()
    {
        Expect(
            from file in SourceTree.Files("src", "tests")
            where !file.IsGenerated
            from method in MethodsOf(file)
            where method.Length > MethodLinesMax
            select $"{file.Path}:{method.Line} has {method.Length} lines");
    }

    [Fact]
    public void NothingIsLeftToDoAndNothingSleeps()
    {
        Regex banned = Banned();
        Expect(
            from file in SourceTree.Files("src")
            from line in file.Lines.Select((text, index) => (text, index))
            where banned.IsMatch(line.text)
            select $"{file.Path}:{line.index + 1}: {line.text.Trim()}");
    }

    [Fact]
    public void OnlyTheProgramAndWhatItShowsUseTheConsole()
    {
        Expect(
            from file in SourceTree.Files("src/ChainServe", "src/Uring")
            where !ConsoleUsers.Contains(file.Path)
                && !file.Path.Contains("/examples/", StringComparison.Ordinal)
            from line in file.Code()
            where line.Text.Contains("Console.", StringComparison.Ordinal)
            select $"{file.Path}:{line.Number}");
    }

    [Fact]
    public void NothingOnTheRequestPathIsAsynchronous()
    {
        Regex asynchronous = Asynchronous();
        Expect(
            from file in SourceTree.Files("src/ChainServe", "src/Uring")
            where !file.Path.Contains("/examples/", StringComparison.Ordinal)
            from line in file.Code()
            where asynchronous.IsMatch(line.Text)
            select $"{file.Path}:{line.Number}: {line.Text.Trim()}");
    }

    [Fact]
    public void AFileIsNamedAfterItsFirstType()
    {
        Expect(
            from file in SourceTree.Files("src/ChainServe", "src/Uring")
            where !file.Path.Contains("/examples/", StringComparison.Ordinal)
            let name = Path.GetFileName(file.Path).Split('.')[0]
            where file.Code().Any(line => TypeDeclaration().IsMatch(line.Text))
            where !IsTypeTable(file)
            where !file.Code().Any(line => TypeDeclaration().Match(line.Text).Groups[1].Value == name)
            select $"{file.Path} holds no type {name}");
    }

    [Fact]
    public void EveryFolderOfTheSourceIsNamedInTheArchitecture()
    {
        string text = File.ReadAllText(Path.Combine(SourceTree.Root, "ARCHITECTURE.md"));
        Expect(
            from folder in Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, "src/ChainServe"))
            let name = Path.GetFileName(folder)
            where name is not ("bin" or "obj")
            where !text.Contains($"`src/ChainServe/{name}`", StringComparison.Ordinal)
            select name);
    }

    [Fact]
    public void EveryTestThatTheThreatModelNamesIsThere()
    {
        string text = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/security.md"));
        HashSet<string> files =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(SourceTree.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
                .Select(static path => Path.GetFileNameWithoutExtension(path)),
        ];
        MatchCollection names = Regex.Matches(text, "`([A-Za-z]+Tests)`");
        Assert.NotEmpty(names);
        Expect(names.Select(static name => name.Groups[1].Value).Where(name => !files.Contains(name)));
    }

    // The enumerations of the ABI belong together as they do in the kernel's header.
    private static bool IsTypeTable(SourceFile file)
    {
        return file.Path.StartsWith("src/Uring/Abi/", StringComparison.Ordinal);
    }

    private static void Expect(IEnumerable<string> faults)
    {
        string text = string.Join('\n', faults);
        Assert.True(text.Length == 0, text);
    }

    /// <summary>A method begins at a line of four spaces that ends a signature, and ends at the brace below
    /// it.</summary>
    private static IEnumerable<(int Line, int Length)> MethodsOf(SourceFile file)
    {
        int start = -1;
        for (int index = 0; index < file.Lines.Length; index++)
        {
            if (file.Lines[index] == "    {")
            {
                start = index;
            }
            else if (start >= 0 && file.Lines[index].StartsWith("    }", StringComparison.Ordinal))
            {
                // A nested type stands where a method could: it is measured by its own members.
                bool isType = TypeDeclaration().IsMatch(file.Lines[start - 1]);
                if (!isType)
                {
                    yield return (start + 1, index - start + 1);
                }

                start = -1;
            }
        }
    }

    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HACK|Thread\.Sleep|NotImplementedException)\b")]
    private static partial Regex Banned();

    [GeneratedRegex(@"\b(async|await)\b|\bTask\b|\bTask<")]
    private static partial Regex Asynchronous();

    [GeneratedRegex(@"\b(?:class|struct|enum|interface|record)\s+(?:struct\s+|class\s+)?(\w+)")]
    private static partial Regex TypeDeclaration();
}
