using System;

namespace ChainServe.Chains;

/// <summary>The steps of each kind of response that may wait for a disk, in a kernel worker: a deadline cancels them.
/// What has begun nothing ends; what waits there for its turn does not begin. At most one of them runs. Closes that a
/// remote file system holds are not among them: what they close would be lost.</summary>
internal static class WaitingSteps
{
    internal static ReadOnlySpan<byte> ForDisk(ChainKind kind)
    {
        return kind switch
        {
            ChainKind.File => [(byte)FileChain.Step.Read, (byte)FileChain.Step.Open],
            ChainKind.CheckedFile => [(byte)CheckedFileChain.Step.Read],
            ChainKind.Chunk => [(byte)ChunkChain.Step.Read, (byte)ChunkChain.Step.ReadAlone],
            ChainKind.Splice =>
            [
                (byte)SpliceChain.Step.Head,
                (byte)SpliceChain.Step.In,
                (byte)SpliceChain.Step.Out,
                (byte)SpliceChain.Step.OutOfBody,
            ],
            _ => [],
        };
    }
}
