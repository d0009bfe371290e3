using System;
using Uring.Abi;
using Uring.Kernel;

namespace Uring.Registered;

/// <summary>
/// A pipe that splices go through: bytes move from a file to a socket as references to the file's pages, and are never
/// copied to user space.
/// </summary>
/// <remarks>
/// A pipe counts pages, not bytes: each page of a file that a splice touches takes one of its
/// <see cref="Length"/> / 4096 places, however few of its bytes are meant. So at most <see cref="Length"/> - 4096 bytes
/// are certain to fit into an empty pipe from any offset. What a broken chain leaves in it would stand before the next
/// user's bytes: splice it into a sink (<see cref="IKernel.OpenSink"/>) first. A splice without
/// <see cref="SpliceFlags.NonBlock"/> holds a kernel worker while the pipe is full, or empty, and cannot be cancelled.
/// </remarks>
public sealed class Pipe : IDisposable
{
    private readonly IKernel _kernel;
    private bool _disposed;

    private Pipe(IKernel kernel, in PipeEnds ends, int length)
    {
        _kernel = kernel;
        ReadEnd = ends.Read;
        WriteEnd = ends.Write;
        Length = length;
    }

    /// <summary>Descriptor to take bytes from.</summary>
    public int ReadEnd { get; }

    /// <summary>Descriptor to put bytes into.</summary>
    public int WriteEnd { get; }

    /// <summary>What it really holds, in bytes, in places of 4096.</summary>
    public int Length { get; }

    /// <summary>Makes a pipe.</summary>
    /// <param name="kernel">The kernel of the ring.</param>
    /// <param name="length">Bytes that it shall hold; rounded up to a power of two, at least 4096. A user with too many
    /// or too large pipes gets a smaller one, of 65,536 bytes or even less: see <see cref="Length"/>.</param>
    /// <returns>The pipe; dispose it when no splice uses it.</returns>
    /// <exception cref="RingException">EMFILE, ENFILE, ENOMEM.</exception>
    public static Pipe Create(IKernel kernel, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        int result = kernel.CreatePipe(length, out PipeEnds ends);
        return result >= 0 ? new Pipe(kernel, ends, result) : throw new RingException("pipe2", -result);
    }

    /// <summary>Closes both ends. A splice that still runs keeps what it uses.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _kernel.Close(WriteEnd);
            _kernel.Close(ReadEnd);
        }
    }
}
