using System;
using System.IO;
using System.Runtime.InteropServices;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests.Operations;

/// <summary>Syncing, advice, splices, and what moves files between slots and descriptors.</summary>
public sealed class FileTransferTests : OperationTestBase
{
    [SkippableFact]
    public void SyncAndAdviceWorkOnDescriptorsAndSlots()
    {
        int file = Open(OpenFlags.ReadWrite);
        OpenDirect();
        Ring.Next(Tag).PrepareFileSync(file, FileSyncFlags.None);
        Assert.Equal(0, Ring.Run(Tag));
        Ring.Next(Tag).PrepareFileSync(Slot, FileSyncFlags.DataSync);
        Assert.Equal(0, Ring.Run(Tag));
        Ring.Next(Tag).PrepareFileAdvise(file, 0, 0, FileAdvice.Sequential);
        Assert.Equal(0, Ring.Run(Tag));
        Ring.Next(Tag).PrepareFileAdvise(Slot, 0, 0, FileAdvice.WillNeed);
        Assert.Equal(0, Ring.Run(Tag));
        (int read, int write) = LibC.Pipe();
        Ring.Next(Tag).PrepareFileAdvise(read, 0, 0, FileAdvice.Sequential);
        Assert.Equal(-Errno.ESPIPE, Ring.Run(Tag));
        LibC.Close(read);
        LibC.Close(write);
        LibC.Close(file);
    }

    [SkippableFact]
    public void SpliceMovesAFileThroughAPipeInEveryForm()
    {
        (int read, int write) = LibC.Pipe();
        int file = Open(OpenFlags.ReadWrite);
        OpenDirect();
        Ring.Next(Tag).PrepareSplice(Slot, 2, write, -1, 3, SpliceFlags.None);
        Assert.Equal(3, Ring.Run(Tag));
        Ring.Next(Tag).PrepareSplice(file, 5, write, -1, 2, SpliceFlags.None);
        Assert.Equal(2, Ring.Run(Tag));
        Ring.Next(Tag).PrepareSplice(read, -1, Slot, 0, 5, SpliceFlags.Move);
        Assert.Equal(5, Ring.Run(Tag));
        Assert.Equal("2345656789", File.ReadAllText(FilePath));
        Ring.Next(Tag).PrepareSplice(file, 0, file, 0, 5, SpliceFlags.None);
        Assert.Equal(-Errno.EINVAL, Ring.Run(Tag));
        LibC.Close(read);
        LibC.Close(write);
        LibC.Close(file);
    }

    [SkippableFact]
    public void TeeCopiesAPipeAndLeavesItFull()
    {
        (int read, int write) = LibC.Pipe();
        (int secondRead, int secondWrite) = LibC.Pipe();
        LibC.Write(write, "tee"u8);
        Ring.Next(Tag).PrepareTee(read, secondWrite, 3, SpliceFlags.None);
        Assert.Equal(3, Ring.Run(Tag));
        Assert.Equal(3, LibC.Read(read, Buffer));
        Assert.Equal(3, LibC.Read(secondRead, Buffer[10..]));
        Assert.Equal("tee"u8.ToArray(), Buffer[10..13].ToArray());
        LibC.Close(read, write, secondRead, secondWrite);
    }

    [SkippableFact]
    public void FilesUpdateFillsAndEmptiesSlots()
    {
        int file = Open(OpenFlags.ReadOnly);
        Span<int> descriptors = MemoryMarshal.Cast<byte, int>(Memory.Slice(256, 8));
        descriptors[0] = file;
        descriptors[1] = file;
        Ring.Next(Tag).PrepareFilesUpdate(descriptors, new FixedFileSlot(5));
        Assert.Equal(2, Ring.Run(Tag));
        LibC.Close(file);
        Ring.Next(Tag).PrepareRead(new FixedFileSlot(6), Buffer[..10], 0);
        Assert.Equal(10, Ring.Run(Tag));
        descriptors[0] = -1;
        Ring.Next(Tag).PrepareFilesUpdate(descriptors[..1], new FixedFileSlot(5));
        Assert.Equal(1, Ring.Run(Tag));
        Ring.Next(Tag).PrepareRead(new FixedFileSlot(5), Buffer[..10], 0);
        Assert.Equal(-Errno.EBADF, Ring.Run(Tag));
    }

    [SkippableFact]
    public void FixedFdInstallMakesADescriptorOfASlot()
    {
        IoUring.Require(Ring, Opcode.FixedFdInstall, "6.8");
        OpenDirect();
        Ring.Next(Tag).PrepareFixedFdInstall(Slot);
        int file = Ring.Run(Tag);
        Assert.Equal(10, LibC.Read(file, Buffer));
        LibC.Close(file);
        Ring.Next(Tag).PrepareFixedFdInstall(new FixedFileSlot(0));
        Assert.Equal(-Errno.EBADF, Ring.Run(Tag));
    }
}
