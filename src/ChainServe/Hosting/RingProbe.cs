using System.Collections.Generic;
using ChainServe.Diagnostics;

namespace ChainServe.Hosting;

/// <summary>Stands in for the probe of the ring library until the hosting part arrives: it knows nothing.</summary>
internal static class RingProbe
{
    internal static IReadOnlyList<FeatureCheck> Check()
    {
        return [];
    }
}
