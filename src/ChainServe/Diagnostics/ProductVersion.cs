using System.Reflection;

namespace ChainServe.Diagnostics;

/// <summary>The version of this program.</summary>
internal static class ProductVersion
{
    internal static string Text =>
        typeof(ProductVersion).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
