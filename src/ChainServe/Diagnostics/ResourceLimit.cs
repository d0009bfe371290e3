namespace ChainServe.Diagnostics;

/// <summary>One line of /proc/self/limits; null means unlimited.</summary>
internal readonly record struct ResourceLimit(long? Soft, long? Hard);
