using System;
using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary><c>io_uring_register(2)</c>.</summary>
public sealed unsafe partial class FakeKernel
{
    private readonly List<FakeRing?> _registered = [];

    /// <inheritdoc/>
    public int Register(int ring, RegisterOpcode opcode, void* argument, uint count)
    {
        FakeRing? target = RingAt(ring);
        if (target is null)
        {
            return -Errno.EBADF;
        }

        if (RegisterErrors.TryGetValue(opcode, out int error) && error != 0)
        {
            return -error;
        }

        bool foreign = (target.Setup & SetupFlags.SingleIssuer) != 0 && target.OwnerThread != 0
            && target.OwnerThread != Environment.CurrentManagedThreadId;
        if (foreign)
        {
            return -Errno.EEXIST;
        }

        if (target is { Limits: not null, IsDisabled: false } && !target.Limits.Registers.Contains(opcode))
        {
            return -Errno.EACCES;
        }

        ulong address = (ulong)argument;
        return opcode switch
        {
            RegisterOpcode.Probe => FillProbe(address, count),
            RegisterOpcode.Files2 => RegisterFiles(target, address, count),
            RegisterOpcode.UnregisterFiles => UnregisterFiles(target),
            RegisterOpcode.FilesUpdate => RegisterFilesUpdate(target, address, count),
            RegisterOpcode.RingFileDescriptors => RegisterRing(target, address),
            RegisterOpcode.UnregisterRingFileDescriptors => UnregisterRing(address),
            RegisterOpcode.ProvidedBufferRing => RegisterBufferRing(target, address),
            RegisterOpcode.UnregisterProvidedBufferRing => UnregisterBufferRing(target, address),
            RegisterOpcode.Buffers => RegisterBuffers(target, address, count),
            RegisterOpcode.UnregisterBuffers => UnregisterBuffers(target),
            RegisterOpcode.Restrictions => RegisterRestrictions(target, address, count),
            RegisterOpcode.EnableRings => EnableRing(target),
            RegisterOpcode.WorkQueueMaxWorkers => 0,
            _ => -Errno.EINVAL,
        };
    }

    /// <summary>Puts descriptors into slots; also the operation of that name.</summary>
    internal int UpdateFiles(FakeRing ring, uint firstSlot, ulong descriptors, uint count)
    {
        if (ring.Slots is null)
        {
            return -Errno.ENXIO;
        }

        if (firstSlot + (ulong)count > (ulong)ring.Slots.Length)
        {
            return -Errno.EINVAL;
        }

        for (uint done = 0; done < count; done++)
        {
            int descriptor = UserMemory.Read<int>(descriptors + (done * sizeof(int)));
            OpenFile? file = descriptor >= 0 ? FileAt(descriptor) : null;
            if (file is null && descriptor != -1)
            {
                return done > 0 ? (int)done : -Errno.EBADF;
            }

            ring.SetSlot(firstSlot + done, file);
        }

        return (int)count;
    }

    private static int RegisterFiles(FakeRing ring, ulong address, uint size)
    {
        const uint SlotsMax = 1 << 20;
        if (ring.Slots is not null)
        {
            return -Errno.EBUSY;
        }

        ResourceRegister register = UserMemory.Read<ResourceRegister>(address);
        if (size != sizeof(ResourceRegister) || register.Count == 0 || register.Flags != ResourceRegister.Sparse)
        {
            return -Errno.EINVAL;
        }

        if (register.Count > SlotsMax)
        {
            return -Errno.EMFILE;
        }

        ring.Slots = new OpenFile?[register.Count];
        return 0;
    }

    private static int UnregisterFiles(FakeRing ring)
    {
        if (ring.Slots is null)
        {
            return -Errno.ENXIO;
        }

        for (uint slot = 0; slot < ring.Slots.Length; slot++)
        {
            ring.SetSlot(slot, null);
        }

        ring.Slots = null;
        return 0;
    }

    private static int RegisterBufferRing(FakeRing ring, ulong address)
    {
        BufferRingRegister register = UserMemory.Read<BufferRingRegister>(address);
        bool invalid = register.RingAddress == 0 || !System.Numerics.BitOperations.IsPow2(register.RingEntries)
            || register.RingEntries > 32768 || register.Flags != 0;
        if (invalid)
        {
            return -Errno.EINVAL;
        }

        return ring.BufferRings.TryAdd(register.BufferGroup, new FakeBufferRing(register)) ? 0 : -Errno.EEXIST;
    }

    private static int UnregisterBufferRing(FakeRing ring, ulong address)
    {
        BufferRingRegister register = UserMemory.Read<BufferRingRegister>(address);
        return ring.BufferRings.Remove(register.BufferGroup) ? 0 : -Errno.ENOENT;
    }

    private static int RegisterBuffers(FakeRing ring, ulong address, uint count)
    {
        if (ring.Buffers is not null)
        {
            return -Errno.EBUSY;
        }

        ring.Buffers = new IoVector[count];
        for (uint index = 0; index < count; index++)
        {
            ring.Buffers[index] = UserMemory.Read<IoVector>(address + (index * 16));
        }

        return 0;
    }

    private static int UnregisterBuffers(FakeRing ring)
    {
        int result = ring.Buffers is null ? -Errno.ENXIO : 0;
        ring.Buffers = null;
        return result;
    }

    private static int RegisterRestrictions(FakeRing ring, ulong address, uint count)
    {
        if (!ring.IsDisabled)
        {
            return -Errno.EBADFD;
        }

        if (ring.Limits is not null)
        {
            return -Errno.EBUSY;
        }

        RingLimits limits = new RingLimits();
        for (uint index = 0; index < count; index++)
        {
            Restriction restriction = UserMemory.Read<Restriction>(address + (index * 16));
            switch ((int)restriction.Kind)
            {
                case 0:
                    limits.Registers.Add((RegisterOpcode)restriction.RegisterOperation);
                    break;
                case 1:
                    limits.Operations.Add((Opcode)restriction.SubmissionOpcode);
                    break;
                case 2:
                    limits.FlagsAllowed = (SubmissionFlags)restriction.SubmissionFlags;
                    break;
                case 3:
                    limits.FlagsRequired = (SubmissionFlags)restriction.SubmissionFlags;
                    break;
                default:
                    return -Errno.EINVAL;
            }
        }

        ring.Limits = limits;
        return 0;
    }

    private static int EnableRing(FakeRing ring)
    {
        if (!ring.IsDisabled)
        {
            return -Errno.EBADFD;
        }

        ring.IsDisabled = false;
        ring.OwnerThread = Environment.CurrentManagedThreadId;
        return 0;
    }

    private int FillProbe(ulong address, uint count)
    {
        const byte LastOpcode = 62;
        uint filled = Math.Min(count, LastOpcode + 1u);
        UserMemory.Write(address, new Probe { LastOpcode = LastOpcode, OperationCount = (byte)filled });
        for (uint index = 0; index < filled; index++)
        {
            bool missing = MissingOperations.Contains((Opcode)index);
            ushort flags = missing ? (ushort)0 : ProbeOperation.Supported;
            ProbeOperation operation = new ProbeOperation { Opcode = (byte)index, Flags = flags };
            UserMemory.Write(address + 16 + (index * 8), operation);
        }

        return 0;
    }

    private int RegisterFilesUpdate(FakeRing ring, ulong address, uint count)
    {
        ResourceUpdate update = UserMemory.Read<ResourceUpdate>(address);
        return UpdateFiles(ring, update.Offset, update.Data, count);
    }

    private int RegisterRing(FakeRing ring, ulong address)
    {
        ResourceUpdate update = UserMemory.Read<ResourceUpdate>(address);
        int index = _registered.IndexOf(null);
        if (index < 0)
        {
            index = _registered.Count;
            _registered.Add(null);
        }

        _registered[index] = ring;
        ring.IsRegistered = true;
        update.Offset = (uint)index;
        UserMemory.Write(address, update);
        return 1;
    }

    private int UnregisterRing(ulong address)
    {
        int index = (int)UserMemory.Read<ResourceUpdate>(address).Offset;
        if (RegisteredRing(index) is not { } ring)
        {
            return -Errno.EINVAL;
        }

        _registered[index] = null;
        ring.IsRegistered = false;
        FreeUnused(ring);
        return 1;
    }

    private FakeRing? RegisteredRing(int index)
    {
        return index >= 0 && index < _registered.Count ? _registered[index] : null;
    }
}
