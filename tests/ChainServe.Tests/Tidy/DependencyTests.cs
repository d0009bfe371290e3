using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace ChainServe.Tests.Tidy;

/// <summary>The compile-time direction of ARCHITECTURE.md, and the fence around unsafe code.</summary>
public sealed partial class DependencyTests
{
    // Folder → the folders of src/ChainServe that it may use; "Uring" stands for the library.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Http"] = [],
        ["Files"] = ["Http"],
        ["Responses"] = ["Http", "Files"],
        ["Connections"] = ["Uring", "Http", "Files", "Responses"],
        ["Chains"] = ["Uring", "Responses", "Connections"],
        ["Configuration"] = ["Http"],
        ["Diagnostics"] = ["Configuration", "Uring"],
        ["Hosting"] =
        [
            "Uring", "Http", "Files", "Responses", "Connections", "Chains", "Configuration", "Diagnostics",
        ],
    };

    // The files of the library in which a span may become an address.
    private static readonly string[] UnsafeFence =
    [
        "src/Uring/Kernel/", "src/Uring/Operations/", "src/Uring/Registered/", "src/Uring/Ring",
        "src/Uring/SubmissionQueue.cs", "src/Uring/CompletionQueue.cs",
    ];

    [Fact]
    public void NoFolderUsesOneThatTheArrowsForbid()
    {
        List<string> faults = [];
        foreach (SourceFile file in SourceTree.Files("src/ChainServe"))
        {
            string folder = file.Path.Split('/')[2];
            if (!Allowed.TryGetValue(folder, out string[]? allowed))
            {
                continue;
            }

            foreach ((int number, string text) in file.Code())
            {
                Match match = Using().Match(text);
                if (!match.Success)
                {
                    continue;
                }

                string used = match.Groups[2].Success ? match.Groups[2].Value : "Uring";
                if (used != folder && !allowed.Contains(used))
                {
                    faults.Add($"{file.Path}:{number}: {folder} may not use {used}");
                }
            }
        }

        Assert.Equal("", string.Join('\n', faults));
    }

    [Fact]
    public void EveryFolderOfTheProgramHasItsPlaceInTheDirection()
    {
        IEnumerable<string> folders = SourceTree.Files("src/ChainServe")
            .Select(file => file.Path.Split('/'))
            .Where(parts => parts.Length > 3)
            .Select(parts => parts[2])
            .Distinct();
        Assert.Equal(Allowed.Keys.Order(), folders.Order());
    }

    [Fact]
    public void UnsafeCodeStaysInsideItsFence()
    {
        IEnumerable<string> faults =
            from file in SourceTree.Files("src")
            where !UnsafeFence.Any(fence => file.Path.StartsWith(fence, StringComparison.Ordinal))
            from line in file.Code()
            where UnsafeText().IsMatch(line.Text)
            select $"{file.Path}:{line.Number}: {line.Text.Trim()}";
        Assert.Equal("", string.Join('\n', faults));
    }

    // The ring's own, what its thread gives up, and the user that it works for.
    private static readonly string[] SystemCallFiles =
    [
        "src/Uring/Kernel/LinuxKernel.cs", "src/Uring/Kernel/Landlock.cs", "src/Uring/Kernel/Credentials.cs",
    ];

    [Fact]
    public void OnlyTheFilesOfTheKernelMakeSystemCalls()
    {
        IEnumerable<string> faults =
            from file in SourceTree.Files("src")
            where !SystemCallFiles.Contains(file.Path)
            from line in file.Code()
            where line.Text.Contains("DllImport", StringComparison.Ordinal)
                || line.Text.Contains("LibraryImport", StringComparison.Ordinal)
            select $"{file.Path}:{line.Number}";
        Assert.Equal("", string.Join('\n', faults));
    }

    [Fact]
    public void EveryFileThatDereferencesPointersSaysWhyThatIsSafe()
    {
        IEnumerable<string> faults =
            from file in SourceTree.Files("src/Uring")
            where file.Code().Any(line => UnsafeText().IsMatch(line.Text))
            where file.Path is not ("src/Uring/Kernel/IKernel.cs" or "src/Uring/Kernel/LinuxKernel.cs")
            where !file.Lines.Any(line => line.Contains("// SAFETY:", StringComparison.Ordinal))
            select file.Path;
        Assert.Equal("", string.Join('\n', faults));
    }

    [Fact]
    public void TheLibraryReferencesNothing()
    {
        string project = File.ReadAllText(Path.Combine(SourceTree.Root, "src/Uring/Uring.csproj"));
        Assert.DoesNotContain("PackageReference", project, StringComparison.Ordinal);
        Assert.DoesNotContain("ProjectReference", project, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^using (?:static )?(?:(?:ChainServe(\.)(\w+))|Uring\b)")]
    private static partial Regex Using();

    [GeneratedRegex(@"\bunsafe\b|\bUnsafe\.AsPointer\b|\bNativeMemory\.")]
    private static partial Regex UnsafeText();
}
