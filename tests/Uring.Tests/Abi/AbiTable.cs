using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Uring.Tests.Abi;

/// <summary>The committed table of what a C compiler made of the kernel's headers (tools/make-abi-table).</summary>
internal static class AbiTable
{
    internal static readonly Dictionary<string, int> StructSizes = [];

    internal static readonly Dictionary<string, (int Offset, int Size)> Fields = [];

    internal static readonly Dictionary<string, ulong> Values = [];

    static AbiTable()
    {
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Abi", "io_uring-abi.tsv")))
        {
            string[] cells = line.Split('\t');
            switch (cells[0])
            {
                case "struct":
                    StructSizes.Add(cells[1], int.Parse(cells[2], CultureInfo.InvariantCulture));
                    break;
                case "field":
                    int offset = int.Parse(cells[2], CultureInfo.InvariantCulture);
                    Fields.Add(cells[1], (offset, int.Parse(cells[3], CultureInfo.InvariantCulture)));
                    break;
                case "value":
                    Values.Add(cells[1], ulong.Parse(cells[2], CultureInfo.InvariantCulture));
                    break;
                default:
                    Head += line;
                    break;
            }
        }
    }

    internal static string Head { get; } = "";
}
