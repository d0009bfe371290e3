using System;
using System.Collections.Generic;
using ChainServe.FuzzTests.Targets;

namespace ChainServe.FuzzTests.Engine;

/// <summary>All of them.</summary>
internal static class FuzzTargets
{
    public static readonly IReadOnlyList<FuzzTarget> All =
    [
        new RequestFuzzTarget(),
        new PathFuzzTarget(),
        new RangesFuzzTarget(),
        new AcceptFuzzTarget(),
        new DateFuzzTarget(),
        new TagFuzzTarget(),
        new HostFuzzTarget(),
        new ProxyFuzzTarget(),
        new CredentialsFuzzTarget(),
        new GlobFuzzTarget(),
        new RuleFuzzTarget(),
        new TextFuzzTarget(),
        new HashFuzzTarget(),
        new UsersFuzzTarget(),
        new JsonFuzzTarget(),
        new SettingsFuzzTarget(),
    ];

    public static FuzzTarget Find(string name)
    {
        foreach (FuzzTarget target in All)
        {
            if (target.Name == name)
            {
                return target;
            }
        }

        throw new ArgumentException($"there is no target {name}");
    }
}
