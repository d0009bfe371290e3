using System;

namespace Uring.FakeKernel;

/// <summary>The code under test did what no correct program does, or what the fake does not model.</summary>
public sealed class FakeKernelException : Exception
{
    public FakeKernelException(string message)
        : base(message)
    {
    }
}
