using System.IO;
using ChainServe.Configuration;
using ChainServe.Diagnostics;

namespace ChainServe.Hosting;

/// <summary>Stands in for the server until the hosting part arrives: it only looks at the root.</summary>
internal static class Server
{
    internal static int Run(ServerOptions options, ServerLog log)
    {
        if (!Directory.Exists(options.RootFullPath))
        {
            throw new StartupException($"the root '{options.Root}' is not a directory; give one with --root DIR.");
        }

        log.Information($"root {options.RootFullPath}");
        return 0;
    }
}
