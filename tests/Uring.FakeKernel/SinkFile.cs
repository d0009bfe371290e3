using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary><c>/dev/null</c>, open for writing.</summary>
internal sealed class SinkFile : OpenFile
{
    internal override string Kind => "sink";

    internal override PollEvents Poll()
    {
        return PollEvents.Out;
    }
}
