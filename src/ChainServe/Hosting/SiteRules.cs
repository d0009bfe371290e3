using System;
using ChainServe.Configuration;
using ChainServe.Files;
using ChainServe.Responses;

namespace ChainServe.Hosting;

/// <summary>What a site decides by the path alone, before a file is looked for.</summary>
internal sealed class SiteRules
{
    private readonly HideRules _hides;
    private readonly CandidateOptions _pages;

    /// <param name="policy">Of the site.</param>
    /// <param name="pages">Which files its addresses lead to.</param>
    internal SiteRules(SitePolicy policy, CandidateOptions pages)
    {
        _hides = new HideRules(policy.Hide);
        _pages = pages;
        foreach (RedirectRule rule in policy.Redirects)
        {
            Add(() => Redirects.Add(rule.From, rule.To, rule.Status), "redirect", rule.From);
        }

        foreach (RewriteRule rule in policy.Rewrites)
        {
            Add(() => Rewrites.Add(rule.From, rule.To), "rewrite", rule.From);
        }

        Authenticator = policy.Auth.Length > 0 ? new Authenticator(policy.Auth) : null;
        IsEmpty = _hides.IsEmpty && !HasCleanUrls && Redirects.Count == 0 && Rewrites.Count == 0
            && Authenticator is null;
    }

    /// <summary>Whether there is none, so that nothing is looked at per request.</summary>
    internal bool IsEmpty { get; }

    internal RedirectRules Redirects { get; } = new();

    internal RewriteRules Rewrites { get; } = new();

    /// <summary>"/about" is the address of about.html, and "/about.html" leads to it.</summary>
    internal bool HasCleanUrls => _pages.TriesHtmlExtension;

    /// <summary>Who may see what; null when everybody may see everything.</summary>
    internal Authenticator? Authenticator { get; }

    /// <summary>Whether a path does not exist for clients, be it by its own name or because the file that it is a
    /// compressed form of does not.</summary>
    /// <param name="path">Decoded, with its leading slash.</param>
    internal bool Hides(ReadOnlySpan<byte> path)
    {
        return !_hides.IsEmpty && (_hides.Hides(path) || _hides.Hides(Codings.OriginalOf(path)));
    }

    /// <summary>The rule that says who may see a file, or null when everybody may. A file has several paths: its own,
    /// that of the file that it is a compressed form of, and, for a page, its clean address. The closest rule to any of
    /// them decides.</summary>
    /// <param name="path">Decoded, with its leading slash.</param>
    internal ProtectedPath? RuleOf(ReadOnlySpan<byte> path)
    {
        if (Authenticator is null)
        {
            return null;
        }

        ReadOnlySpan<byte> original = Codings.OriginalOf(path);
        ReadOnlySpan<byte> address = FileCandidates.CleanAddressOf(original, _pages);
        ProtectedPath? rule = Authenticator.RuleOf(path);
        rule = original.Length == path.Length ? rule : Closer(rule, Authenticator.RuleOf(original));
        return address.Length == original.Length ? rule : Closer(rule, Authenticator.RuleOf(address));
    }

    private static ProtectedPath? Closer(ProtectedPath? one, ProtectedPath? other)
    {
        return one is null || (other is not null && other.Prefix.Length > one.Prefix.Length) ? other : one;
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
