using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary><c>struct file</c>: what slots, descriptors and running requests hold. The last one closes it.</summary>
internal abstract class OpenFile
{
    private int _references;

    internal abstract string Kind { get; }

    internal virtual WaitQueue Waits { get; } = new WaitQueue();

    internal abstract PollEvents Poll();

    internal OpenFile Hold()
    {
        _references++;
        return this;
    }

    internal void Drop()
    {
        if (--_references == 0)
        {
            Released();
        }
    }

    protected virtual void Released()
    {
    }
}
