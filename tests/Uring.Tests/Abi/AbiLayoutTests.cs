using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Uring.Abi;
using Xunit;

namespace Uring.Tests.Abi;

/// <summary>Every size, offset and value of <c>Uring.Abi</c> against the committed table, by reflection: a member
/// without a row fails.</summary>
public sealed class AbiLayoutTests
{
    public static TheoryData<string> Structs => [.. DocumentedNames.AbiTypes.Where(IsStruct).Select(type => type.Name)];

    public static TheoryData<string> Enums => [.. DocumentedNames.AbiTypes.Where(type => type.IsEnum)
        .Select(type => type.Name)];

    [Fact]
    public void TheTableNamesTheHeaderItCameFrom()
    {
        Assert.Matches("^# linux/io_uring.h of (liburing [0-9a-f]{40}|linux-libc-dev [^;]+);", AbiTable.Head);
        Assert.True(AbiTable.StructSizes.Count >= 19, "structs");
        Assert.True(AbiTable.Fields.Count >= 126, "fields");
        Assert.True(AbiTable.Values.Count >= 225, "values");
    }

    [Theory]
    [MemberData(nameof(Structs))]
    public void AStructHasTheSizeThatCGivesIt(string name)
    {
        Type type = TypeOf(name);
        string cName = DocumentedNames.OfStruct(type) ?? throw new InvalidOperationException($"{name} names no struct");
        Assert.Equal(AbiTable.StructSizes[cName], Marshal.SizeOf(type));
    }

    [Theory]
    [MemberData(nameof(Structs))]
    public void EveryFieldStandsWhereCPutsIt(string name)
    {
        Type type = TypeOf(name);
        string cName = DocumentedNames.OfStruct(type)!;
        FieldInfo[] fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        Assert.NotEmpty(fields);
        foreach (FieldInfo field in fields)
        {
            string row = $"{cName}.{DocumentedNames.OfMember(field)}";
            Assert.True(AbiTable.Fields.ContainsKey(row), $"{name}.{field.Name}: the table has no row {row}");
            int offset = (int)Marshal.OffsetOf(type, field.Name);
            Assert.Equal((row, AbiTable.Fields[row]), (row, (offset, SizeOf(field.FieldType))));
        }
    }

    [Theory]
    [MemberData(nameof(Enums))]
    public void EveryEnumMemberHasTheValueOfItsCName(string name)
    {
        Type type = TypeOf(name);
        FieldInfo[] members = type.GetFields(BindingFlags.Static | BindingFlags.Public);
        Assert.NotEmpty(members);
        foreach (FieldInfo member in members)
        {
            ulong value = Convert.ToUInt64(member.GetRawConstantValue(), CultureInfo.InvariantCulture);
            string? cName = DocumentedNames.OfMember(member);
            if (cName == null)
            {
                // Only the absence of flags has no name in C.
                Assert.True(value == 0, $"{name}.{member.Name} names no C identifier");
                continue;
            }

            Assert.True(AbiTable.Values.ContainsKey(cName), $"{name}.{member.Name}: the table has no row {cName}");
            Assert.Equal((cName, AbiTable.Values[cName]), (cName, value));
        }
    }

    [Fact]
    public void EveryErrnoHasItsValue()
    {
        FieldInfo[] constants = typeof(Errno).GetFields();
        Assert.NotEmpty(constants);
        foreach (FieldInfo constant in constants)
        {
            int value = (int)constant.GetRawConstantValue()!;
            Assert.Equal((constant.Name, AbiTable.Values[constant.Name]), (constant.Name, (ulong)value));
        }
    }

    [Fact]
    public void EveryConstantOfAStructHasItsValue()
    {
        IEnumerable<FieldInfo> constants = DocumentedNames.AbiTypes.Where(IsStruct)
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public))
            .Where(field => field.IsLiteral);
        int checkedCount = 0;
        foreach (FieldInfo constant in constants)
        {
            string cName = DocumentedNames.OfMember(constant)!;
            ulong expected = cName.Contains('.') ? (ulong)AbiTable.Fields[cName].Offset : AbiTable.Values[cName];
            ulong value = Convert.ToUInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture);
            Assert.Equal((cName, expected), (cName, value));
            checkedCount++;
        }

        Assert.Equal(3, checkedCount);
    }

    [Fact]
    public void OpcodesFitTheirByteAndAreAllDistinct()
    {
        byte[] values = [.. Enum.GetValues<Opcode>().Select(opcode => (byte)opcode)];
        Assert.Equal(values.Length, values.Distinct().Count());
    }

    private static bool IsStruct(Type type)
    {
        return type.IsValueType && !type.IsEnum;
    }

    private static Type TypeOf(string name)
    {
        return typeof(Ring).Assembly.GetType($"Uring.Abi.{name}", throwOnError: true)!;
    }

    private static int SizeOf(Type type)
    {
        Type plain = type.IsEnum ? Enum.GetUnderlyingType(type) : type;
        return (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(plain).Invoke(null, null)!;
    }
}
