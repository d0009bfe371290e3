using ChainServe.Configuration;
using Uring.Abi;
using Uring.Kernel;

namespace ChainServe.Hosting;

/// <summary>The user that serves: the port is bound as the one who started the server, everything else is done as this
/// one.</summary>
internal static class Privileges
{
    private const int FirstFreePort = 1024;

    /// <summary>Becomes the configured user, on all threads.</summary>
    /// <param name="options">The user, the group, and whether root may go on.</param>
    /// <param name="port">The lowest that is listened on, or 0.</param>
    /// <exception cref="StartupException">There is no such user, this process may not become it, or it would go on as
    /// root behind a privileged port.</exception>
    internal static void Drop(ServerOptions options, int port)
    {
        bool isRoot = Credentials.User == 0;
        (uint user, uint group) = Find(options) ?? (Credentials.User, Credentials.Group);
        if (isRoot && user == 0 && port is > 0 and < FirstFreePort && !options.AllowRoot)
        {
            throw new StartupException(
                $"port {port} was opened as root, and the server would go on as root; name another user, who shall "
                + "serve, with --user, or insist with --allow-root.");
        }

        if (Credentials.User == user && Credentials.Group == group)
        {
            return;
        }

        int result = isRoot ? Credentials.Become(user, group) : -Errno.EPERM;
        if (result < 0)
        {
            throw new StartupException(
                $"this process may not become the user {OptionError.Quote(options.User)} (errno {-result}); start it "
                + "as root, or as that user without --user.");
        }

        // Another user may see less.
        if (ServerPaths.Describe(options, withRoot: true) is [{ } first, ..])
        {
            throw new StartupException(first);
        }
    }

    /// <summary>The user that shall serve and its group; null when nobody is named.</summary>
    /// <exception cref="StartupException">There is no such user.</exception>
    internal static (uint User, uint Group)? Find(ServerOptions options)
    {
        if (options.User.Length == 0)
        {
            return null;
        }

        return UserAccounts.TryFind(options.User, options.Group, out uint user, out uint group, out string? problem)
            ? (user, group)
            : throw new StartupException(problem);
    }
}
