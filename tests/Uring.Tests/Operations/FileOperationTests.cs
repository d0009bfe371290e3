using System;
using System.IO;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests.Operations;

/// <summary>Every operation on files, on the real kernel: result, user data, error numbers.</summary>
public sealed class FileOperationTests : OperationTestBase
{
    [SkippableFact]
    public void OpenAtGivesADescriptorThatCloseTakes()
    {
        int file = Open(OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        Assert.True(LibC.IsOpen(file));
        Ring.Next(Tag).PrepareClose(file);
        Assert.Equal(0, Ring.Run(Tag));
        Ring.Next(Tag).PrepareClose(1_000_000);
        Assert.Equal(-Errno.EBADF, Ring.Run(Tag));
    }

    [SkippableFact]
    public void OpenAtCreatesWithTheGivenMode()
    {
        File.Delete(FilePath);
        int file = Open(OpenFlags.WriteOnly | OpenFlags.Create, 0x180);
        LibC.Close(file);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [SkippableFact]
    public void AMissingNameAnswersEnoent()
    {
        Span<byte> path = Memory.Path(0, "/nowhere/at/all");
        Ring.Next(Tag).PrepareOpenAt(FileOperations.CurrentDirectory, path, OpenFlags.ReadOnly);
        Assert.Equal(-Errno.ENOENT, Ring.Run(Tag));
    }

    [SkippableFact]
    public void OpenAtDirectFillsASlotThatCloseDirectEmpties()
    {
        OpenDirect();
        Ring.Next(Tag).PrepareRead(Slot, Buffer[..4], 2);
        Assert.Equal(4, Ring.Run(Tag));
        Assert.Equal("2345"u8.ToArray(), Buffer[..4].ToArray());
        Ring.Next(Tag).PrepareCloseDirect(Slot);
        Assert.Equal(0, Ring.Run(Tag));
        Ring.Next(Tag).PrepareCloseDirect(Slot);
        Assert.Equal(-Errno.EBADF, Ring.Run(Tag));
    }

    [SkippableFact]
    public void ADirectOpenRefusesCloseOnExecAndSlotsBeyondTheTable()
    {
        Span<byte> path = Memory.Path(0, FilePath);
        Ring.Next(Tag).PrepareOpenAtDirect(
            FileOperations.CurrentDirectory, path, OpenFlags.CloseOnExec, 0, Slot);
        Assert.Equal(-Errno.EINVAL, Ring.Run(Tag));
        Ring.Next(Tag).PrepareOpenAtDirect(
            FileOperations.CurrentDirectory, path, OpenFlags.ReadOnly, 0, new FixedFileSlot(8));
        Assert.Equal(-Errno.EINVAL, Ring.Run(Tag));
    }

    [SkippableFact]
    public void AnAllocatedSlotIsTheResult()
    {
        Ring.Next(Tag).PrepareOpenAtDirect(
            FileOperations.CurrentDirectory, Memory.Path(0, FilePath), OpenFlags.ReadOnly, 0, FixedFileSlot.Allocate);
        int slot = Ring.Run(Tag);
        Assert.InRange(slot, 0, 7);
        Ring.Next(Tag).PrepareRead(new FixedFileSlot(slot), Buffer[..10], 0);
        Assert.Equal(10, Ring.Run(Tag));
    }

    [SkippableFact]
    public void OpenAt2StaysBeneathItsDirectory()
    {
        int directory = Open(OpenFlags.Path, path: Path.GetDirectoryName(FilePath)!);
        ref OpenHow how = ref Memory.At<OpenHow>(512);
        how = new OpenHow { Flags = OpenFlags.ReadOnly, Resolve = ResolveFlags.Beneath | ResolveFlags.NoMagicLinks };
        Ring.Next(Tag).PrepareOpenAt2(directory, Memory.Path(0, Path.GetFileName(FilePath)), how);
        int file = Ring.Run(Tag);
        Assert.True(file > 0, $"openat2: {file}");
        LibC.Close(file);
        Ring.Next(Tag).PrepareOpenAt2Direct(directory, Memory.Path(0, "../etc/passwd"), how, Slot);
        Assert.Equal(-Errno.EXDEV, Ring.Run(Tag));
        Ring.Next(Tag).PrepareOpenAt2Direct(directory, Memory.Path(0, Path.GetFileName(FilePath)), how, Slot);
        Assert.Equal(0, Ring.Run(Tag));
        LibC.Close(directory);
    }

    [SkippableFact]
    public void ReadAndWriteWorkOnDescriptorsAndSlots()
    {
        int file = Open(OpenFlags.ReadWrite);
        OpenDirect();
        "abc"u8.CopyTo(Buffer);
        Ring.Next(Tag).PrepareWrite(file, Buffer[..3], 0);
        Assert.Equal(3, Ring.Run(Tag));
        Ring.Next(Tag).PrepareWrite(Slot, Buffer[..2], 8);
        Assert.Equal(2, Ring.Run(Tag));
        Assert.Equal("abc34567ab", File.ReadAllText(FilePath));
        Ring.Next(Tag).PrepareRead(file, Buffer[..100], 5);
        Assert.Equal(5, Ring.Run(Tag));
        Assert.Equal("567ab"u8.ToArray(), Buffer[..5].ToArray());
        Ring.Next(Tag).PrepareRead(Slot, Buffer[..100], 10);
        Assert.Equal(0, Ring.Run(Tag));
        LibC.Close(file);
    }

    [SkippableFact]
    public void AnEmptySpanTransfersNothingAndSucceeds()
    {
        OpenDirect();
        Ring.Next(Tag).PrepareRead(Slot, [], 0);
        Assert.Equal(0, Ring.Run(Tag));
        Ring.Next(Tag).PrepareWrite(Slot, [], 0);
        Assert.Equal(0, Ring.Run(Tag));
        Assert.Equal("0123456789", File.ReadAllText(FilePath));
    }

    [SkippableFact]
    public void VectorsAreFilledAndSentInOrder()
    {
        int file = Open(OpenFlags.ReadWrite);
        OpenDirect();
        Span<IoVector> vectors = Vectors((4096, 3), (5000, 4));
        Ring.Next(Tag).PrepareReadVector(Slot, vectors, 1);
        Assert.Equal(7, Ring.Run(Tag));
        Assert.Equal("123"u8.ToArray(), Memory.Slice(4096, 3).ToArray());
        Assert.Equal("4567"u8.ToArray(), Memory.Slice(5000, 4).ToArray());
        Ring.Next(Tag).PrepareReadVector(file, vectors, 3);
        Assert.Equal(7, Ring.Run(Tag));
        Ring.Next(Tag).PrepareWriteVector(Slot, vectors, 0);
        Assert.Equal(7, Ring.Run(Tag));
        Ring.Next(Tag).PrepareWriteVector(file, vectors, 10);
        Assert.Equal(7, Ring.Run(Tag));
        Assert.Equal("34567897893456789", File.ReadAllText(FilePath));
        LibC.Close(file);
    }

    [SkippableFact]
    public void FixedBuffersAreReadIntoAndWrittenFrom()
    {
        int file = Open(OpenFlags.ReadWrite);
        OpenDirect();
        using NativeRegion region = NativeRegion.Allocate(8192);
        FixedBuffers buffers = FixedBuffers.Register(Ring, region, 2, 4096);
        Assert.Equal((2, 4096), (buffers.Count, buffers.BufferLength));
        Ring.Next(Tag).PrepareReadFixed(Slot, buffers.Bytes(1)[..10], 0, 1);
        Assert.Equal(10, Ring.Run(Tag));
        Assert.Equal("0123456789"u8.ToArray(), buffers.Bytes(1)[..10].ToArray());
        Ring.Next(Tag).PrepareWriteFixed(Slot, buffers.Bytes(1).Slice(5, 3), 0, 1);
        Assert.Equal(3, Ring.Run(Tag));
        Ring.Next(Tag).PrepareReadFixed(file, buffers.Bytes(0)[..3], 0, 0);
        Assert.Equal(3, Ring.Run(Tag));
        Ring.Next(Tag).PrepareWriteFixed(file, buffers.Bytes(0)[..3], 10, 0);
        Assert.Equal(3, Ring.Run(Tag));
        Assert.Equal("5673456789567", File.ReadAllText(FilePath));
        Ring.Next(Tag).PrepareReadFixed(Slot, buffers.Bytes(0)[..3], 0, 1);
        Assert.Equal(-Errno.EFAULT, Ring.Run(Tag));
        RingException refusal = Assert.Throws<RingException>(() => FixedBuffers.Register(Ring, region, 2, 4096));
        Assert.Equal(Errno.EBUSY, refusal.ErrorNumber);
        LibC.Close(file);
    }

    [SkippableFact]
    public void StatxFillsInTheFactsOfAPathOrADescriptor()
    {
        ref Statx status = ref Memory.At<Statx>(1024);
        Ring.Next(Tag).PrepareStatx(
            FileOperations.CurrentDirectory, Memory.Path(0, FilePath), AtFlags.None, StatxMask.BasicStats, ref status);
        Assert.Equal(0, Ring.Run(Tag));
        Assert.Equal((10ul, FileType.Regular), (status.Size, status.Type));
        int file = Open(OpenFlags.ReadOnly);
        status = default;
        Ring.Next(Tag).PrepareStatx(
            file, Memory.Path(0, ""), AtFlags.EmptyPath, StatxMask.BasicStats, ref status);
        Assert.Equal(0, Ring.Run(Tag));
        Assert.Equal(10ul, status.Size);
        LibC.Close(file);
    }
}
