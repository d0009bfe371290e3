using System;
using Uring.Abi;
using Uring.Kernel;

namespace Uring;

/// <summary>What one ring got and what its kernel can do.</summary>
public sealed class RingFeatures
{
    private readonly bool[] _operations = new bool[256];

    internal RingFeatures(in RingParameters parameters)
    {
        Flags = parameters.Features;
        Setup = parameters.Flags;
        SubmissionEntries = parameters.SubmissionEntries;
        CompletionEntries = parameters.CompletionEntries;
    }

    /// <summary><c>IORING_FEAT_*</c>.</summary>
    public FeatureFlags Flags { get; }

    /// <summary>The set-up flags in force: those asked for, less those that this kernel refused.</summary>
    public SetupFlags Setup { get; }

    /// <summary>Entries of the submission queue.</summary>
    public uint SubmissionEntries { get; }

    /// <summary>Entries of the completion queue.</summary>
    public uint CompletionEntries { get; }

    /// <summary>Whether the kernel knows an operation (<c>IORING_REGISTER_PROBE</c>, 5.6).</summary>
    /// <param name="opcode">The operation.</param>
    /// <returns>True when it is supported.</returns>
    public bool Supports(Opcode opcode)
    {
        return _operations[(byte)opcode];
    }

    /// <summary>Whether every given feature is there.</summary>
    /// <param name="flags">The features.</param>
    /// <returns>True when all are.</returns>
    public bool Has(FeatureFlags flags)
    {
        return (Flags & flags) == flags;
    }

    internal unsafe void ReadProbe(IKernel kernel, int ring)
    {
        const int Count = 256;
        Span<byte> memory = stackalloc byte[sizeof(Probe) + (Count * sizeof(ProbeOperation))];
        memory.Clear();

        // SAFETY: the array lives on this stack frame until the call has returned, and has room for all 256 entries.
        fixed (byte* start = memory)
        {
            int result = kernel.Register(ring, RegisterOpcode.Probe, start, Count);
            if (result < 0)
            {
                throw new RingException("io_uring_register(PROBE)", -result);
            }

            Probe* probe = (Probe*)start;
            ProbeOperation* operations = (ProbeOperation*)(start + sizeof(Probe));
            for (int index = 0; index < probe->OperationCount; index++)
            {
                bool supported = (operations[index].Flags & ProbeOperation.Supported) != 0;
                _operations[operations[index].Opcode] = supported;
            }
        }
    }
}
