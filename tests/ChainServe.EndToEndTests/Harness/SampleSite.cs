using System;
using System.IO;
using System.Linq;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>The site that comes with the server.</summary>
internal static class SampleSite
{
    internal const string Download = "downloads/chainserve-sample.bin";

    internal static string Repository { get; } = FindRepository();

    internal static string Root { get; } = Path.Combine(Repository, "www");

    /// <summary>A copy with the download that the repository leaves out. Its files are old enough for strong tags.
    /// </summary>
    internal static TemporarySite Copy()
    {
        var site = new TemporarySite();
        foreach (string file in Directory.GetFiles(Root, "*", SearchOption.AllDirectories))
        {
            string copy = site.PathOf(Path.GetRelativePath(Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        string maker = Path.Combine(Repository, "tools", "make-download");
        Assert.Equal(0, Machine.Run(maker, site.PathOf("downloads")));
        TemporarySite.WaitUntilFilesAreOld();
        return site;
    }

    /// <summary>The names of all files below a directory, relative to it and in order.</summary>
    internal static string[] FilesOf(string directory)
    {
        return Directory.GetFiles(directory, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(directory, file)).Order(StringComparer.Ordinal).ToArray();
    }

    private static string FindRepository()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "ChainServe.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("the tests run within the repository");
    }
}
