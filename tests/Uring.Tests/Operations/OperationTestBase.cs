using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests.Operations;

/// <summary>A ring with eight slots, native memory and a file of ten bytes.</summary>
public abstract class OperationTestBase : IDisposable
{
    /// <summary>User data whose every byte differs: it must come back untouched.</summary>
    protected const ulong Tag = 0xFEDC_BA98_7654_3210;

    protected static readonly FixedFileSlot Slot = new FixedFileSlot(3);

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"uring-{Guid.NewGuid():N}");
    private readonly NativeRegion _memory = NativeRegion.Allocate(64 * 1024);
    private readonly Ring? _ring;

    protected OperationTestBase()
    {
        File.WriteAllText(_path, "0123456789");
        if (IoUring.Missing == null)
        {
            _ring = IoUring.Make();
            FixedFileTable.Register(_ring, 8);
        }
    }

    protected Ring Ring
    {
        get
        {
            IoUring.Require();
            return _ring!;
        }
    }

    protected string FilePath => _path;

    protected NativeRegion Memory => _memory;

    protected Span<byte> Buffer => _memory.Slice(4096, 4096);

    /// <summary>Descriptors that are closed behind the test.</summary>
    protected List<int> Owned { get; } = [];

    public void Dispose()
    {
        _ring?.Dispose();
        LibC.Close([.. Owned]);
        _memory.Dispose();
        File.Delete(_path);
        GC.SuppressFinalize(this);
    }

    protected int Open(OpenFlags flags, uint mode = 0, string? path = null)
    {
        Ring.Next(Tag).PrepareOpenAt(FileOperations.CurrentDirectory, _memory.Path(0, path ?? _path), flags, mode);
        int file = Ring.Run(Tag);
        Assert.True(file > 0, $"open: {file}");
        return file;
    }

    protected void OpenDirect()
    {
        Ring.Next(Tag).PrepareOpenAtDirect(
            FileOperations.CurrentDirectory, _memory.Path(0, _path), OpenFlags.ReadWrite, 0, Slot);
        Assert.Equal(0, Ring.Run(Tag));
    }

    protected Span<IoVector> Vectors(params (nuint Offset, nuint Length)[] parts)
    {
        for (int index = 0; index < parts.Length; index++)
        {
            _memory.At<IoVector>(2048 + ((nuint)index * 16)) = new IoVector
            {
                Address = _memory.Address + parts[index].Offset,
                Length = parts[index].Length,
            };
        }

        return MemoryMarshal.Cast<byte, IoVector>(_memory.Slice(2048, parts.Length * 16));
    }

    protected ref MessageHeader Header(params (nuint Offset, nuint Length)[] parts)
    {
        Vectors(parts);
        ref MessageHeader message = ref _memory.At<MessageHeader>(3072);
        message = new MessageHeader { Vectors = _memory.Address + 2048, VectorCount = (nuint)parts.Length };
        return ref message;
    }

    /// <summary>Puts an open descriptor into a slot too.</summary>
    protected void Fill(FixedFileSlot slot, int fileDescriptor)
    {
        ref int descriptor = ref _memory.At<int>(0);
        descriptor = fileDescriptor;
        Ring.Next(Tag).PrepareFilesUpdate(MemoryMarshal.CreateReadOnlySpan(ref descriptor, 1), slot);
        Assert.Equal(1, Ring.Run(Tag));
    }
}
