namespace ChainServe.Configuration;

/// <summary>The keys that can be configured.</summary>
internal static class SettingKeys
{
    internal const string LogLevels = "Error, Warning, Information or Debug";
}
