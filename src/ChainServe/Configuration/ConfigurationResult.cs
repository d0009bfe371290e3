using System.Collections.Generic;

namespace ChainServe.Configuration;

/// <summary>What came out of reading the configuration.</summary>
/// <param name="Options">The effective options; only to be used when there are no errors.</param>
/// <param name="Errors">One line for each thing that is wrong.</param>
/// <param name="Origins">Where each value that is not a default came from, by documented key.</param>
internal sealed record ConfigurationResult(
    ServerOptions Options,
    IReadOnlyList<string> Errors,
    IReadOnlyDictionary<string, string> Origins);
