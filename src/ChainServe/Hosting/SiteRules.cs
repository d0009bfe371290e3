using System;
using ChainServe.Configuration;
using ChainServe.Files;
using ChainServe.Responses;

namespace ChainServe.Hosting;

/// <summary>What a site decides by the path alone, before a file is looked for.</summary>
internal sealed class SiteRules
{
    internal SiteRules(SitePolicy policy)
    {
        Hides = new HideRules(policy.Hide);
        HasCleanUrls = policy.CleanUrls;
        foreach (RedirectRule rule in policy.Redirects)
        {
            Add(() => Redirects.Add(rule.From, rule.To, rule.Status), "redirect", rule.From);
        }

        foreach (RewriteRule rule in policy.Rewrites)
        {
            Add(() => Rewrites.Add(rule.From, rule.To), "rewrite", rule.From);
        }

        Authenticator = policy.Auth.Length > 0 ? new Authenticator(policy.Auth) : null;
        IsEmpty = Hides.IsEmpty && !HasCleanUrls && Redirects.Count == 0 && Rewrites.Count == 0
            && Authenticator is null;
    }

    /// <summary>Whether there is none, so that nothing is looked at per request.</summary>
    internal bool IsEmpty { get; }

    internal RedirectRules Redirects { get; } = new();

    internal RewriteRules Rewrites { get; } = new();

    internal HideRules Hides { get; }

    /// <summary>"/about" is the address of about.html, and "/about.html" leads to it.</summary>
    internal bool HasCleanUrls { get; }

    /// <summary>Who may see what; null when everybody may see everything.</summary>
    internal Authenticator? Authenticator { get; }

    /// <param name="path">Decoded, with its leading slash.</param>
    internal bool IsProtected(ReadOnlySpan<byte> path)
    {
        return Authenticator?.RuleOf(path) is not null;
    }

    private static void Add(Action add, string kind, string from)
    {
        try
        {
            add();
        }
        catch (ArgumentException exception)
        {
            throw new StartupException($"the {kind} from '{from}' cannot be read: {exception.Message}.", exception);
        }
    }
}
