using System;
using System.Collections.Generic;
using Uring.Kernel;

namespace Uring.FakeKernel;

/// <summary>Pipes, and the sink that empties them.</summary>
public sealed unsafe partial class FakeKernel
{
    private const int PipeLengthDefault = 65536;

    /// <summary><c>fs.pipe-max-size</c>: a pipe for which more is asked keeps its default of 65,536 bytes.</summary>
    public int PipeLengthMax { get; set; } = 1024 * 1024;

    /// <summary>errno of the next pipes, first to last; 0 lets one pass.</summary>
    public Queue<int> PipeErrors { get; } = new Queue<int>();

    /// <inheritdoc/>
    public int CreatePipe(int length, PipeEnds* ends)
    {
        if (PipeErrors.TryDequeue(out int error) && error != 0)
        {
            return -error;
        }

        uint rounded = RoundUp((uint)Math.Max(length, FakePipe.PageLength));
        int real = rounded <= PipeLengthMax ? (int)rounded : PipeLengthDefault;
        FakePipe pipe = new FakePipe(real);
        ends->Read = AddDescriptor(new PipeFile(pipe, isWriteEnd: false), ownedByTest: false);
        ends->Write = AddDescriptor(new PipeFile(pipe, isWriteEnd: true), ownedByTest: false);
        return real;
    }

    /// <inheritdoc/>
    public int OpenSink()
    {
        return AddDescriptor(new SinkFile(), ownedByTest: false);
    }
}
