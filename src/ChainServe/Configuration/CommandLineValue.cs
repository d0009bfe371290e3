namespace ChainServe.Configuration;

/// <summary>One value of the command line, on its way into the configuration.</summary>
/// <param name="Key">The configuration key that it sets.</param>
/// <param name="Value">The text as given.</param>
/// <param name="Origin">The option or argument that carried it: <c>--port</c>.</param>
internal sealed record CommandLineValue(string Key, string Value, string Origin);
