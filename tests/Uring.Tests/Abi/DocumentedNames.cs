using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml.Linq;

namespace Uring.Tests.Abi;

/// <summary>The C names of the ABI types: the first code word of each one's doc comment, so that the comment that
/// people search for is the very mapping that the tests check.</summary>
internal static class DocumentedNames
{
    private static readonly Dictionary<string, string> Names = XDocument
        .Load(Path.Combine(AppContext.BaseDirectory, "Uring.xml"))
        .Descendants("member")
        .Where(member => member.Element("summary")?.Element("c") != null)
        .ToDictionary(member => member.Attribute("name")!.Value, member => member.Descendants("c").First().Value);

    /// <summary>All types of the namespace that mirrors the kernel's headers.</summary>
    internal static IEnumerable<Type> AbiTypes => typeof(Ring).Assembly.GetExportedTypes()
        .Where(type => type.Namespace == "Uring.Abi")
        .OrderBy(type => type.Name, StringComparer.Ordinal);

    internal static string? OfStruct(Type type)
    {
        return Names.GetValueOrDefault($"T:{type.FullName}") is string name && name.StartsWith("struct ")
            ? name["struct ".Length..]
            : null;
    }

    internal static string? OfMember(FieldInfo field)
    {
        return Names.GetValueOrDefault($"F:{field.DeclaringType!.FullName}.{field.Name}");
    }
}
