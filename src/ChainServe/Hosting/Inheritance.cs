using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using ChainServe.Configuration;
using Microsoft.Win32.SafeHandles;
using Uring.Kernel;

namespace ChainServe.Hosting;

/// <summary>
/// What a server leaves to the successor that it starts: its listening sockets, which both accept from for a while, and
/// a pipe on which the successor says that it serves. The numbers stand in a variable of the environment:
/// <c>parent=4711;answer=9;sockets=5,6;passed=0;file=0:0</c>.
/// </summary>
internal sealed class Inheritance : IDisposable
{
    internal const string Variable = "CHAINSERVE_LISTENERS";

    /// <summary>The successor serves on the sockets that it was left.</summary>
    internal const byte Kept = (byte)'k';

    /// <summary>The successor serves elsewhere: its configuration says so.</summary>
    internal const byte Moved = (byte)'m';

    private const int SocketsMax = 4096;

    private readonly SafeFileHandle _answer;

    private Inheritance(List<Socket> sockets, bool arePassed, FileIdentity file, SafeFileHandle answer)
    {
        Sockets = sockets;
        ArePassed = arePassed;
        File = file;
        _answer = answer;
    }

    internal List<Socket> Sockets { get; }

    /// <summary>They are a service manager's, and win over what the options say.</summary>
    internal bool ArePassed { get; }

    /// <summary>The file of a Unix socket that the server made; the default when there is none.</summary>
    internal FileIdentity File { get; }

    /// <summary>Writes the variable.</summary>
    internal static string Describe(
        int parent,
        int answer,
        IEnumerable<int> sockets,
        bool arePassed,
        FileIdentity file)
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"parent={parent};answer={answer};sockets={string.Join(',', sockets)};passed={(arePassed ? 1 : 0)};"
            + $"file={file.Device}:{file.Inode}");
    }

    /// <summary>Takes over what the variable names.</summary>
    /// <param name="text">The variable, or null when it is not set.</param>
    /// <param name="parent">The process that has started this one.</param>
    /// <exception cref="StartupException">It was not set by a server that starts its successor.</exception>
    internal static Inheritance? Take(string? text, int parent)
    {
        if (text is null)
        {
            return null;
        }

        if (!TryParse(text, parent, out int answer, out int[]? numbers, out bool arePassed, out FileIdentity file))
        {
            throw Refuse(text);
        }

        List<Socket> sockets = [];
        foreach (int number in numbers)
        {
            sockets.Add(ActivatedSockets.Adopt(number) ?? throw Refuse(text));
        }

        DescriptorFlags.SetInherited(answer, isInherited: false);
        return new Inheritance(sockets, arePassed, file, new SafeFileHandle(answer, ownsHandle: true));
    }

    /// <summary>Tells the predecessor that this server serves, and that it may go.</summary>
    internal void Answer(byte answer)
    {
        try
        {
            using FileStream pipe = new FileStream(_answer, FileAccess.Write, bufferSize: 0);
            pipe.WriteByte(answer);
        }
        catch (IOException)
        {
            // It is gone already.
        }
    }

    public void Dispose()
    {
        _answer.Dispose();
    }

    private static bool TryParse(
        string text,
        int parent,
        out int answer,
        [NotNullWhen(true)] out int[]? sockets,
        out bool arePassed,
        out FileIdentity file)
    {
        answer = 0;
        sockets = null;
        arePassed = false;
        file = default;
        string[] fields = text.Split(';');
        if (fields.Length != 5
            || !TryTake(fields[0], "parent=", out string? value)
            || !TryNumber(value, out int writer)
            || writer != parent
            || !TryTake(fields[1], "answer=", out value)
            || !TryNumber(value, out answer)
            || !TryTake(fields[2], "sockets=", out string? list)
            || !TryTake(fields[3], "passed=", out string? passed)
            || passed is not ("0" or "1")
            || !TryTake(fields[4], "file=", out value)
            || value.Split(':') is not [string device, string inode]
            || !ulong.TryParse(device, NumberStyles.None, CultureInfo.InvariantCulture, out ulong deviceNumber)
            || !ulong.TryParse(inode, NumberStyles.None, CultureInfo.InvariantCulture, out ulong inodeNumber))
        {
            return false;
        }

        arePassed = passed == "1";
        file = new FileIdentity(deviceNumber, inodeNumber);
        string[] numbers = list.Split(',');
        sockets = new int[numbers.Length];
        bool areNumbers = numbers.Length <= SocketsMax;
        for (int index = 0; index < numbers.Length && areNumbers; index++)
        {
            areNumbers = TryNumber(numbers[index], out sockets[index]);
        }

        return areNumbers;
    }

    private static bool TryTake(string field, string name, [NotNullWhen(true)] out string? value)
    {
        value = field.StartsWith(name, StringComparison.Ordinal) ? field[name.Length..] : null;
        return value is not null;
    }

    // Standard streams are no inheritance.
    private static bool TryNumber(string text, out int number)
    {
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 2;
    }

    private static StartupException Refuse(string text)
    {
        return new StartupException(
            $"{Variable}={OptionError.Quote(text)} is not from a server that starts its successor; remove it from the "
            + "environment, where nobody else puts it.");
    }
}
