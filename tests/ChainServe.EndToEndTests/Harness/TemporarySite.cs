using System;
using System.IO;
using System.Text;
using System.Threading;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>A directory of its own for one test, with the root of a site and a place beside it.</summary>
internal sealed class TemporarySite : IDisposable
{
    // The server trusts the time stamps of a file that is two seconds old.
    private static readonly TimeSpan TrustedAge = TimeSpan.FromMilliseconds(2500);

    internal TemporarySite(string? parent = null)
    {
        Base = parent is null
            ? Directory.CreateTempSubdirectory("chainserve-").FullName
            : Directory.CreateDirectory(Path.Combine(parent, $"chainserve-{Guid.NewGuid():N}")).FullName;
        Root = Directory.CreateDirectory(Path.Combine(Base, "root")).FullName;
        Outside = Directory.CreateDirectory(Path.Combine(Base, "outside")).FullName;
    }

    internal string Base { get; }

    internal string Root { get; }

    /// <summary>Beside the root, for what must never be served.</summary>
    internal string Outside { get; }

    internal string PathOf(string name)
    {
        return Path.Combine(Root, name);
    }

    internal string Write(string name, string text)
    {
        return Write(name, Encoding.UTF8.GetBytes(text));
    }

    internal string Write(string name, ReadOnlySpan<byte> content)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Writes a file of <see cref="Pattern"/> bytes, some at a time.</summary>
    /// <param name="name">In the root, or a whole path.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="shift">Where in the pattern it begins: the bytes of two versions differ.</param>
    internal string WritePattern(string name, long length, long shift = 0)
    {
        string path = PathOf(name);
        using FileStream file = File.Create(path);
        for (long offset = 0; offset < length;)
        {
            ReadOnlySpan<byte> bytes = Pattern.At(shift + offset, length - offset);
            file.Write(bytes);
            offset += bytes.Length;
        }

        return path;
    }

    /// <summary>Waits until all files have strong tags. Their ctime counts, and nobody can set that.</summary>
    internal static void WaitUntilFilesAreOld()
    {
        Thread.Sleep(TrustedAge);
    }

    public void Dispose()
    {
        Directory.Delete(Base, recursive: true);
    }
}
