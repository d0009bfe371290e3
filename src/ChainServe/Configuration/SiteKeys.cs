using System.Collections.Generic;

namespace ChainServe.Configuration;

/// <summary>
/// The keys of one site: the same at the top level, for the site without a name, and under each of the hosts.
/// </summary>
internal static class SiteKeys
{
    /// <param name="prefix">Where the site stands: nothing, or <c>Hosts:*:</c>.</param>
    internal static IEnumerable<Setting> Under(string prefix)
    {
        return
        [
            new(prefix + "Root", SettingKind.Text),
            new(prefix + "Index:*", SettingKind.Text),
            new(prefix + "Immutable", SettingKind.Switch),
            new(prefix + "Hidden", SettingKind.Switch),
            new(prefix + "Hide:*", SettingKind.Text),
            Setting.Choice<SymlinkPolicy>(prefix + "Symlinks"),
            new(prefix + "Browse", SettingKind.Switch),
            new(prefix + "CleanUrls", SettingKind.Switch),
            new(prefix + "Spa", SettingKind.Text) { Bare = "index.html" },
            new(prefix + "ErrorPages:*:Status", SettingKind.Whole) { Numbers = SiteValidator.ErrorPageStatuses },
            new(prefix + "ErrorPages:*:File", SettingKind.Text),
            new(prefix + "Redirects:*:From", SettingKind.Text),
            new(prefix + "Redirects:*:To", SettingKind.Text),
            new(prefix + "Redirects:*:Status", SettingKind.Whole) { Numbers = PatternValidator.RedirectStatuses },
            new(prefix + "Rewrites:*:From", SettingKind.Text),
            new(prefix + "Rewrites:*:To", SettingKind.Text),
            new(prefix + "Header:*", SettingKind.Text),
            new(prefix + "Headers:*:Source", SettingKind.Text),
            new($"{prefix}Headers:*:Set:{SettingKeys.AnyName}", SettingKind.Text),
            new(prefix + "Headers:*:Unset:*", SettingKind.Text),
            new(prefix + "CacheControl", SettingKind.Text),
            new(prefix + "MimeTypes:*:Extension", SettingKind.Text),
            new(prefix + "MimeTypes:*:Type", SettingKind.Text),
            Setting.Choice<EntityTagMode>(prefix + "ETag"),
            new(prefix + "Cors:*", SettingKind.Text) { Bare = "*" },
            new(prefix + "SecurityHeaders", SettingKind.Switch),
            new(prefix + "Auth:*:Path", SettingKind.Text),
            new(prefix + "Auth:*:Users:*:Name", SettingKind.Text),
            new(prefix + "Auth:*:Users:*:Hash", SettingKind.Text),
            new(prefix + "Precompressed", SettingKind.Switch),
            new(prefix + "Compress", SettingKind.Switch),
            new(prefix + "Canned:*:Path", SettingKind.Text),
            new(prefix + "Canned:*:Status", SettingKind.Whole) { Numbers = CannedValidator.Statuses },
            new(prefix + "Canned:*:ContentType", SettingKind.Text),
            new(prefix + "Canned:*:Body", SettingKind.Text),
        ];
    }
}
