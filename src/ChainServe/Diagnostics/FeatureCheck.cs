namespace ChainServe.Diagnostics;

/// <summary>One ring feature that the server needs, as probed on this kernel.</summary>
/// <param name="Name">Such as <c>DEFER_TASKRUN</c>.</param>
/// <param name="Ok">Whether it is there.</param>
/// <param name="Advice">What to do when it is not.</param>
internal sealed record FeatureCheck(string Name, bool Ok, string? Advice);
