using System.Collections.Generic;
using System.Runtime.InteropServices;
using ChainServe.Chains;
using Uring.Abi;

namespace ChainServe.Tests.Chains;

/// <summary>A submission entry as a line of the tables in ARCHITECTURE.md.</summary>
internal static class EntryText
{
    /// <summary>Connections of the servers whose entries are read: their file slots begin there.</summary>
    private const int Connections = 8;

    internal static string Of(SubmissionQueueEntry entry)
    {
        string flags = FlagsOf(entry);
        return $"{entry.Opcode} {BodyOf(entry)} |{(flags.Length == 0 ? "" : " " + flags)}";
    }

    private static string BodyOf(SubmissionQueueEntry entry)
    {
        switch (entry.Opcode)
        {
            case Opcode.Accept:
                bool isNonBlocking = entry.OperationFlags == (uint)SocketCreationFlags.NonBlock;
                string address = entry.Address == 0 ? "" : ", address and length";
                return $"listener → {Target(entry)}{address}, {(isNonBlocking ? "non-blocking" : "blocking")}";
            case Opcode.Receive:
                return $"{File(entry)}";
            case Opcode.OpenAt2:
                return $"→ {Target(entry)}, {HowOf(Marshal.PtrToStructure<OpenHow>((nint)entry.Address2))}";
            case Opcode.Read:
                string noWait = (entry.OperationFlags & (uint)ReadWriteFlags.NoWait) != 0 ? " NOWAIT" : "";
                return $"{File(entry)} {entry.Offset}+{entry.Length}{noWait}";
            case Opcode.Write:
                bool appends = entry.OperationFlags == (uint)ReadWriteFlags.Append && entry.Offset == ulong.MaxValue;
                return $"{File(entry)} {entry.Length}{(appends ? " APPEND" : "")}";
            case Opcode.Send:
                return SendText(entry);
            case Opcode.Splice:
                return SpliceText(entry);
            case Opcode.PollAdd:
                return $"{File(entry)} {(PollEvents)entry.OperationFlags}";
            case Opcode.Close:
                return entry.FileIndex == 0 ? "D" : Target(entry);
            case Opcode.FilesUpdate:
                return $"D → {Slot(entry, (int)entry.Offset)}";
            case Opcode.AsyncCancel:
                UserData target = new UserData(entry.Address);
                return $"{target.Kind} {target.Step}, {(CancelFlags)entry.OperationFlags}";
            default:
                return $"{File(entry)} {(entry.Length == (uint)ShutdownDirection.Write ? "write" : "else")}";
        }
    }

    private static string SendText(SubmissionQueueEntry entry)
    {
        MessageFlags flags = (MessageFlags)entry.OperationFlags;
        string waits = ((flags & MessageFlags.WaitAll) != 0 ? " WAITALL" : "")
            + ((flags & MessageFlags.DontWait) != 0 ? " DONTWAIT" : "");
        string more = (flags & MessageFlags.More) != 0 ? " MORE" : "";
        string silent = (flags & MessageFlags.NoSignal) != 0 ? " NOSIGNAL" : "";

        // With a head in it, its length is not a round one.
        string length = entry.Length is 65536 or 100 ? $"{entry.Length}" : "n";
        return $"{File(entry)} {length}{waits}{silent}{more}";
    }

    private static string SpliceText(SubmissionQueueEntry entry)
    {
        SpliceFlags flags = (SpliceFlags)entry.OperationFlags;
        string waits = (flags & SpliceFlags.NonBlock) != 0 ? "NONBLOCK" : "waits";
        bool fromSlot = (flags & SpliceFlags.FdInFixed) != 0;
        string from = fromSlot ? $"{Slot(entry, entry.SpliceFileDescriptorIn)} {entry.SpliceOffsetIn}+" : "D ";
        return $"{from}{entry.Length} → {File(entry)} {waits}";
    }

    private static string HowOf(OpenHow how)
    {
        List<string> resolve = [];
        Add(resolve, (how.Resolve & ResolveFlags.Beneath) != 0, "BENEATH");
        Add(resolve, (how.Resolve & ResolveFlags.NoMagicLinks) != 0, "NO_MAGICLINKS");
        Add(resolve, (how.Resolve & ResolveFlags.NoSymlinks) != 0, "NO_SYMLINKS");
        Add(resolve, (how.Resolve & ResolveFlags.Cached) != 0, "CACHED");
        List<string> open = [];
        Add(open, (how.Flags & OpenFlags.NonBlock) != 0, "NONBLOCK");
        Add(open, (how.Flags & OpenFlags.NoControllingTerminal) != 0, "NOCTTY");
        Add(open, (how.Flags & OpenFlags.CloseOnExec) != 0, "CLOEXEC");
        return $"{string.Join(' ', resolve)}, {string.Join(' ', open)}";
    }

    private static string FlagsOf(SubmissionQueueEntry entry)
    {
        List<string> flags = [];
        bool pollsFirst = entry.Opcode == Opcode.Receive
            && (entry.IoPriority & (ushort)ReceiveSendFlags.PollFirst) != 0;
        Add(flags, (entry.Flags & SubmissionFlags.Link) != 0, "link");
        Add(flags, (entry.Flags & SubmissionFlags.HardLink) != 0, "hard");
        Add(flags, (entry.Flags & SubmissionFlags.SkipSuccess) != 0, "skip");
        Add(flags, pollsFirst, "poll first");
        Add(flags, (entry.Flags & SubmissionFlags.BufferSelect) != 0, "select");
        Add(flags, (entry.Flags & (SubmissionFlags.Async | SubmissionFlags.Drain)) != 0, "unexpected");
        return string.Join(", ", flags);
    }

    private static void Add(List<string> words, bool isThere, string word)
    {
        if (isThere)
        {
            words.Add(word);
        }
    }

    private static string File(SubmissionQueueEntry entry)
    {
        bool isFixed = (entry.Flags & SubmissionFlags.FixedFile) != 0;
        return isFixed ? Slot(entry, entry.FileDescriptor) : "D";
    }

    /// <summary>Where an accept, an open or a close of a slot goes: no FIXED_FILE flag, the index plus one.</summary>
    private static string Target(SubmissionQueueEntry entry)
    {
        bool isFixed = (entry.Flags & SubmissionFlags.FixedFile) != 0;
        return (entry.FileIndex, isFixed) switch
        {
            (0, false) => "D",
            (_, true) => "FIXED_FILE with an index",
            _ => Slot(entry, (int)entry.FileIndex - 1),
        };
    }

    private static string Slot(SubmissionQueueEntry entry, int index)
    {
        int connection = new UserData(entry.UserData).Slot;
        return index == connection ? "S" : index == Connections + connection ? "F" : $"slot {index}";
    }
}
