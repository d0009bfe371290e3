using System;
using System.Collections.Generic;
using Uring.Abi;

namespace Uring.Registered;

/// <summary>
/// <c>IORING_REGISTER_RESTRICTIONS</c>: what a ring may do from <see cref="Ring.Enable"/> on, for ever. Everything that
/// is not allowed here answers -EACCES, and one such step cancels its whole chain before it runs.
/// </summary>
/// <remarks>Since 5.10; man io_uring_register(2). The ring must be made with <see cref="RingOptions.StartDisabled"/>;
/// tables that it needs are registered before the ring is enabled, or their operations are allowed too. Registering the
/// ring's own descriptor is always allowed, because every enter of this library gains by it.</remarks>
public sealed unsafe class RingRestrictions
{
    private readonly List<Restriction> _restrictions = [];

    /// <summary>Restrictions that allow nothing yet.</summary>
    public RingRestrictions()
    {
        Allow(RegisterOpcode.RingFileDescriptors, RegisterOpcode.UnregisterRingFileDescriptors);
    }

    /// <summary>Allows operations (<c>IORING_RESTRICTION_SQE_OP</c>).</summary>
    /// <param name="opcodes">The operations.</param>
    /// <returns>This object.</returns>
    public RingRestrictions Allow(params ReadOnlySpan<Opcode> opcodes)
    {
        foreach (Opcode opcode in opcodes)
        {
            _restrictions.Add(new Restriction
            {
                Kind = RestrictionKind.SubmissionOpcode,
                SubmissionOpcode = (byte)opcode,
            });
        }

        return this;
    }

    /// <summary>Allows operations of <c>io_uring_register</c> (<c>IORING_RESTRICTION_REGISTER_OP</c>).</summary>
    /// <param name="opcodes">The operations.</param>
    /// <returns>This object.</returns>
    public RingRestrictions Allow(params ReadOnlySpan<RegisterOpcode> opcodes)
    {
        foreach (RegisterOpcode opcode in opcodes)
        {
            _restrictions.Add(new Restriction
            {
                Kind = RestrictionKind.RegisterOperation,
                RegisterOperation = (byte)opcode,
            });
        }

        return this;
    }

    /// <summary>Allows flags of entries (<c>IORING_RESTRICTION_SQE_FLAGS_ALLOWED</c>); the last call counts. Without it
    /// no entry may carry a flag.</summary>
    /// <param name="flags">The flags.</param>
    /// <returns>This object.</returns>
    public RingRestrictions AllowFlags(SubmissionFlags flags)
    {
        _restrictions.Add(new Restriction
        {
            Kind = RestrictionKind.SubmissionFlagsAllowed,
            SubmissionFlags = (byte)flags,
        });
        return this;
    }

    /// <summary>Demands flags on every entry (<c>IORING_RESTRICTION_SQE_FLAGS_REQUIRED</c>); the last call counts.
    /// </summary>
    /// <param name="flags">The flags.</param>
    /// <returns>This object.</returns>
    public RingRestrictions RequireFlags(SubmissionFlags flags)
    {
        _restrictions.Add(new Restriction
        {
            Kind = RestrictionKind.SubmissionFlagsRequired,
            SubmissionFlags = (byte)flags,
        });
        return this;
    }

    /// <summary>Registers the restrictions; they take effect when the ring is enabled. Once per ring.</summary>
    /// <param name="ring">A ring that is still disabled.</param>
    /// <exception cref="RingException">EBADFD: the ring is enabled; EBUSY: it has restrictions; EINVAL: this kernel
    /// does not know one of the operations.</exception>
    public void Register(Ring ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        Restriction[] restrictions = [.. _restrictions];

        // SAFETY: the array is pinned for the call, during which alone the kernel reads it.
        fixed (Restriction* first = restrictions)
        {
            int result = ring.Register(RegisterOpcode.Restrictions, first, (uint)restrictions.Length);
            if (result < 0)
            {
                throw new RingException("io_uring_register(RESTRICTIONS)", -result);
            }
        }
    }
}
