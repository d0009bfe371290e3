namespace Uring.FakeKernel;

/// <summary>Task work: what the ring's thread does when it enters.</summary>
internal enum WorkKind
{
    Submit,
    Poll,
    Cancelled,
    FailLinks,
    Complete,
    LinkTimeout,
}
