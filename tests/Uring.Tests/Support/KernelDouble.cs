using System.Collections.Generic;
using Uring.Abi;
using Uring.Kernel;

namespace Uring.Tests.Support;

/// <summary>Linux behind a wrapper that can answer for it: set-up refused, an errno instead of an enter.</summary>
internal sealed unsafe class KernelDouble : IKernel
{
    private readonly LinuxKernel _linux = LinuxKernel.Instance;

    /// <summary>Answer of every set-up, or 0 to ask Linux.</summary>
    internal int SetupAnswer { get; set; }

    /// <summary>Set-up flags that this kernel does not know: with one of them it answers EINVAL.</summary>
    internal SetupFlags UnknownSetup { get; set; }

    /// <summary>Answer of every map, or 0 to ask Linux.</summary>
    internal int MapAnswer { get; set; }

    /// <summary>Answers of the register operations listed.</summary>
    internal Dictionary<RegisterOpcode, int> RegisterAnswers { get; } = [];

    /// <summary>Answers of the next enters; Linux is not asked for those.</summary>
    internal Queue<int> EnterAnswers { get; } = [];

    /// <summary>What the enters asked for.</summary>
    internal List<(int Ring, uint ToSubmit, EnterFlags Flags)> Enters { get; } = [];

    /// <summary>The calls that end things, in order.</summary>
    internal List<string> Endings { get; } = [];

    public int Setup(uint entries, RingParameters* parameters)
    {
        return SetupAnswer != 0 ? SetupAnswer
            : (parameters->Flags & UnknownSetup) != 0 ? -Errno.EINVAL
            : _linux.Setup(entries, parameters);
    }

    public int Enter(
        int ring,
        uint toSubmit,
        uint minimumComplete,
        EnterFlags flags,
        void* argument,
        nuint argumentSize)
    {
        Enters.Add((ring, toSubmit, flags));
        return EnterAnswers.TryDequeue(out int answer)
            ? answer
            : _linux.Enter(ring, toSubmit, minimumComplete, flags, argument, argumentSize);
    }

    public int Register(int ring, RegisterOpcode opcode, void* argument, uint count)
    {
        if (opcode.ToString().StartsWith("Unregister"))
        {
            Endings.Add(opcode.ToString());
        }

        return RegisterAnswers.TryGetValue(opcode, out int answer)
            ? answer
            : _linux.Register(ring, opcode, argument, count);
    }

    public int Map(int ring, ulong offset, nuint length, out void* address)
    {
        address = null;
        return MapAnswer != 0 ? MapAnswer : _linux.Map(ring, offset, length, out address);
    }

    public int Unmap(void* address, nuint length)
    {
        Endings.Add("Unmap");
        return _linux.Unmap(address, length);
    }

    public int Close(int fileDescriptor)
    {
        Endings.Add("Close");
        return _linux.Close(fileDescriptor);
    }

    public int FileStatus(int fileDescriptor, Statx* status)
    {
        return _linux.FileStatus(fileDescriptor, status);
    }

    public int OpenDirectory(byte* path)
    {
        return _linux.OpenDirectory(path);
    }

    public int CreateEvent()
    {
        return _linux.CreateEvent();
    }

    public int SignalEvent(int eventDescriptor)
    {
        return _linux.SignalEvent(eventDescriptor);
    }

    public int CreatePipe(int length, PipeEnds* ends)
    {
        return _linux.CreatePipe(length, ends);
    }

    public int OpenSink()
    {
        return _linux.OpenSink();
    }
}
