using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace Uring.Tests;

/// <summary>What the README shows is what compiles and runs.</summary>
public sealed class ReadmeTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void TheReadmeShowsTheEchoServerAsItIs()
    {
        string program = File.ReadAllText(Path.Combine(Root, "src/Uring/examples/Echo/Program.cs"));
        string readme = File.ReadAllText(Path.Combine(Root, "src/Uring/README.md"));
        Assert.Contains($"```csharp\n{program}```", readme);
    }

    [Fact]
    public void TheEchoServerHasLessThanSixtyLines()
    {
        Assert.InRange(File.ReadAllLines(Path.Combine(Root, "src/Uring/examples/Echo/Program.cs")).Length, 20, 59);
    }

    [Fact]
    public void EveryOperationHasItsLiburingNameInItsFirstLine()
    {
        string[] files = Directory.GetFiles(Path.Combine(Root, "src/Uring/Operations"), "*Operations*.cs");
        int operations = 0;
        foreach (string file in files)
        {
            string[] members = Regex.Split(File.ReadAllText(file), @"(?=    /// <summary>)");
            foreach (string member in members.Where(text => text.Contains("public static void Prepare")))
            {
                Assert.Matches(@"^    /// <summary><c>io_uring_prep_\w+</c>", member);
                operations++;
            }
        }

        Assert.True(operations >= 70, $"only {operations} operations were found");
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder != null && !File.Exists(Path.Combine(folder.FullName, "ChainServe.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside the repository");
    }
}
