using System;
using System.IO;
using System.Linq;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>The threads of a process as /proc shows them. Those of the kernel's workers and of the runtime's compiler
/// come and go: one that ends while it is looked at is none.</summary>
internal static class ServerThreads
{
    /// <summary>The ids of all.</summary>
    internal static string[] All(ServerProcess server)
    {
        return [.. Directory.GetDirectories($"/proc/{server.ProcessId}/task").Select(task => Path.GetFileName(task))];
    }

    /// <summary>The ids of those whose names begin like that.</summary>
    internal static string[] Named(ServerProcess server, string prefix)
    {
        return [.. All(server).Where(thread => Read(thread, "comm").StartsWith(prefix, StringComparison.Ordinal))];
    }

    /// <summary>A field of its status, without white space around it; empty if it has ended.</summary>
    internal static string StatusOf(string thread, string field)
    {
        return Read(thread, "status").Split('\n')
            .Where(line => line.StartsWith(field + ":", StringComparison.Ordinal))
            .Select(line => line[(field.Length + 1)..].Trim())
            .FirstOrDefault("");
    }

    /// <summary>Whether a tracer holds it, or it has ended.</summary>
    internal static bool IsTracedOrGone(string thread, int tracer)
    {
        string id = StatusOf(thread, "TracerPid");
        return id.Length == 0 || id == $"{tracer}";
    }

    private static string Read(string thread, string name)
    {
        try
        {
            return File.ReadAllText($"/proc/{thread}/{name}");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
