using System;

namespace ChainServe.Chains;

/// <summary>The steps of each kind of response that may wait, for the client or for a disk: what a deadline cancels. At
/// most one of them runs.</summary>
internal static class WaitingSteps
{
    internal static ReadOnlySpan<byte> Of(ChainKind kind)
    {
        return kind switch
        {
            ChainKind.Canned => [(byte)CannedChain.Step.Send],
            ChainKind.Resolve => [(byte)ResolveChain.Step.Send],
            ChainKind.File => [(byte)FileChain.Step.Send, (byte)FileChain.Step.Read, (byte)FileChain.Step.Open],
            ChainKind.CheckedFile =>
            [
                (byte)CheckedFileChain.Step.Send,
                (byte)CheckedFileChain.Step.Read,
                (byte)CheckedFileChain.Step.Open,
            ],
            ChainKind.Chunk =>
            [
                (byte)ChunkChain.Step.Send,
                (byte)ChunkChain.Step.SendOfChain,
                (byte)ChunkChain.Step.SendOfBody,
                (byte)ChunkChain.Step.Read,
                (byte)ChunkChain.Step.ReadAlone,
            ],
            ChainKind.Splice =>
            [
                (byte)SpliceChain.Step.Gate,
                (byte)SpliceChain.Step.Head,
                (byte)SpliceChain.Step.In,
                (byte)SpliceChain.Step.Out,
                (byte)SpliceChain.Step.OutOfBody,
            ],
            _ => [],
        };
    }
}
