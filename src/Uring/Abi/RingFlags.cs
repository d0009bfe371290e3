using System;

namespace Uring.Abi;

/// <summary><c>IOSQE_*</c>: flags of one submission.</summary>
[Flags]
public enum SubmissionFlags : byte
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>IOSQE_FIXED_FILE</c>: the descriptor is a fixed-file slot.</summary>
    FixedFile = 1 << 0,

    /// <summary><c>IOSQE_IO_DRAIN</c>: start after all earlier ones. Fails for ever once a skip flag was
    /// seen.</summary>
    Drain = 1 << 1,

    /// <summary><c>IOSQE_IO_LINK</c>: the next entry starts when this one succeeded in full.</summary>
    Link = 1 << 2,

    /// <summary><c>IOSQE_IO_HARDLINK</c>: the next entry starts when this one ended, however it ended.</summary>
    HardLink = 1 << 3,

    /// <summary><c>IOSQE_ASYNC</c>: go to a kernel worker at once.</summary>
    Async = 1 << 4,

    /// <summary><c>IOSQE_BUFFER_SELECT</c>: take a provided buffer of the entry's group.</summary>
    BufferSelect = 1 << 5,

    /// <summary><c>IOSQE_CQE_SKIP_SUCCESS</c>: post no completion on success; 5.17.</summary>
    SkipSuccess = 1 << 6,
}

/// <summary><c>IORING_CQE_F_*</c>: flags of one completion; bits 16–31 are the buffer id.</summary>
[Flags]
public enum CompletionFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>IORING_CQE_F_BUFFER</c>: the upper 16 bits are a buffer id.</summary>
    Buffer = 1 << 0,

    /// <summary><c>IORING_CQE_F_MORE</c>: more completions of this request follow.</summary>
    More = 1 << 1,

    /// <summary><c>IORING_CQE_F_SOCK_NONEMPTY</c>: the socket holds more than was read.</summary>
    SocketNonEmpty = 1 << 2,

    /// <summary><c>IORING_CQE_F_NOTIF</c>: a zero-copy send released its buffer.</summary>
    Notification = 1 << 3,

    /// <summary><c>IORING_CQE_F_BUF_MORE</c>: the provided buffer is only partly used; 6.12.</summary>
    BufferMore = 1 << 4,
}

/// <summary><c>IORING_SETUP_*</c>: how a ring is set up.</summary>
[Flags]
public enum SetupFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>IORING_SETUP_SQPOLL</c>: a kernel thread submits.</summary>
    SqPoll = 1 << 1,

    /// <summary><c>IORING_SETUP_SQ_AFF</c>: that thread stays on one CPU.</summary>
    SqAffinity = 1 << 2,

    /// <summary><c>IORING_SETUP_CQSIZE</c>: the completion queue has a size of its own.</summary>
    CqSize = 1 << 3,

    /// <summary><c>IORING_SETUP_CLAMP</c>: too large a size is cut, not refused.</summary>
    Clamp = 1 << 4,

    /// <summary><c>IORING_SETUP_ATTACH_WQ</c>: share another ring's kernel workers.</summary>
    AttachWorkQueue = 1 << 5,

    /// <summary><c>IORING_SETUP_R_DISABLED</c>: start disabled, so that restrictions can be registered.</summary>
    Disabled = 1 << 6,

    /// <summary><c>IORING_SETUP_SUBMIT_ALL</c>: go on submitting behind a bad entry; 5.18.</summary>
    SubmitAll = 1 << 7,

    /// <summary><c>IORING_SETUP_COOP_TASKRUN</c>: no interrupt of the application for task work; 5.19.</summary>
    CooperativeTaskRun = 1 << 8,

    /// <summary><c>IORING_SETUP_TASKRUN_FLAG</c>: pending task work shows in the submission ring's flags;
    /// 5.19.</summary>
    TaskRunFlag = 1 << 9,

    /// <summary><c>IORING_SETUP_SINGLE_ISSUER</c>: one thread submits; 6.0.</summary>
    SingleIssuer = 1 << 12,

    /// <summary><c>IORING_SETUP_DEFER_TASKRUN</c>: task work runs only when the application waits; 6.1.</summary>
    DeferTaskRun = 1 << 13,

    /// <summary><c>IORING_SETUP_NO_SQARRAY</c>: entries are taken in ring order, without indirection; 6.6.</summary>
    NoSqArray = 1 << 16,
}

/// <summary><c>IORING_FEAT_*</c>: what the kernel says it can do.</summary>
[Flags]
public enum FeatureFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>IORING_FEAT_SINGLE_MMAP</c>, 5.4: one mapping holds both rings.</summary>
    SingleMap = 1 << 0,

    /// <summary><c>IORING_FEAT_NODROP</c>, 5.5: completions are never dropped for lack of room.</summary>
    NoDrop = 1 << 1,

    /// <summary><c>IORING_FEAT_SUBMIT_STABLE</c>, 5.5: what an entry points to may go after the submission.</summary>
    SubmitStable = 1 << 2,

    /// <summary><c>IORING_FEAT_RW_CUR_POS</c>, 5.6: offset -1 is the current position.</summary>
    CurrentPosition = 1 << 3,

    /// <summary><c>IORING_FEAT_CUR_PERSONALITY</c>, 5.6: requests run with the submitter's credentials.</summary>
    CurrentPersonality = 1 << 4,

    /// <summary><c>IORING_FEAT_FAST_POLL</c>, 5.7: a request that must wait is polled, not given to a worker.</summary>
    FastPoll = 1 << 5,

    /// <summary><c>IORING_FEAT_POLL_32BITS</c>, 5.9.</summary>
    Poll32Bits = 1 << 6,

    /// <summary><c>IORING_FEAT_SQPOLL_NONFIXED</c>, 5.11: the kernel's submission thread takes normal
    /// descriptors.</summary>
    SqPollNonFixed = 1 << 7,

    /// <summary><c>IORING_FEAT_EXT_ARG</c>, 5.11: a wait takes a timeout.</summary>
    ExtendedArgument = 1 << 8,

    /// <summary><c>IORING_FEAT_NATIVE_WORKERS</c>, 5.12.</summary>
    NativeWorkers = 1 << 9,

    /// <summary><c>IORING_FEAT_RSRC_TAGS</c>, 5.13.</summary>
    ResourceTags = 1 << 10,

    /// <summary><c>IORING_FEAT_CQE_SKIP</c>, 5.17.</summary>
    CqeSkip = 1 << 11,

    /// <summary><c>IORING_FEAT_LINKED_FILE</c>, 5.17: a chained entry takes its slot's file when it starts.</summary>
    LinkedFile = 1 << 12,

    /// <summary><c>IORING_FEAT_REG_REG_RING</c>, 6.3: register calls take a registered ring.</summary>
    RegisterWithRegisteredRing = 1 << 13,

    /// <summary><c>IORING_FEAT_RECVSEND_BUNDLE</c>, 6.10.</summary>
    ReceiveSendBundle = 1 << 14,

    /// <summary><c>IORING_FEAT_MIN_TIMEOUT</c>, 6.12.</summary>
    MinimumTimeout = 1 << 15,

    /// <summary><c>IORING_FEAT_RW_ATTR</c>, 6.14.</summary>
    ReadWriteAttributes = 1 << 16,

    /// <summary><c>IORING_FEAT_NO_IOWAIT</c>, 6.15.</summary>
    NoIoWait = 1 << 17,
}

/// <summary><c>IORING_ENTER_*</c>: flags of <c>io_uring_enter</c>.</summary>
[Flags]
public enum EnterFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>IORING_ENTER_GETEVENTS</c>: run task work and wait for completions.</summary>
    GetEvents = 1 << 0,

    /// <summary><c>IORING_ENTER_SQ_WAKEUP</c>: wake the kernel's submission thread.</summary>
    SqWakeup = 1 << 1,

    /// <summary><c>IORING_ENTER_SQ_WAIT</c>: wait for room in the submission queue.</summary>
    SqWait = 1 << 2,

    /// <summary><c>IORING_ENTER_EXT_ARG</c>: the argument is a <c>struct io_uring_getevents_arg</c>; 5.11.</summary>
    ExtendedArgument = 1 << 3,

    /// <summary><c>IORING_ENTER_REGISTERED_RING</c>: the descriptor is an index of registered rings; 5.18.</summary>
    RegisteredRing = 1 << 4,

    /// <summary><c>IORING_ENTER_ABS_TIMER</c>: the timeout is a point in time; 6.12.</summary>
    AbsoluteTimer = 1 << 5,

    /// <summary><c>IORING_ENTER_NO_IOWAIT</c>: the wait does not count as waiting for a disk; 6.15.</summary>
    NoIoWait = 1 << 7,
}

/// <summary><c>IORING_SQ_*</c>: the flags word of the submission ring, written by the kernel.</summary>
[Flags]
public enum SubmissionRingFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>IORING_SQ_NEED_WAKEUP</c>: the kernel's submission thread sleeps.</summary>
    NeedWakeup = 1 << 0,

    /// <summary><c>IORING_SQ_CQ_OVERFLOW</c>: completions wait for room; enter with
    /// <see cref="EnterFlags.GetEvents"/> to get them.</summary>
    CqOverflow = 1 << 1,

    /// <summary><c>IORING_SQ_TASKRUN</c>: task work waits; only with <see cref="SetupFlags.TaskRunFlag"/>.</summary>
    TaskRun = 1 << 2,
}

/// <summary><c>IORING_REGISTER_*</c>: operations of <c>io_uring_register</c>.</summary>
public enum RegisterOpcode : uint
{
    /// <summary><c>IORING_REGISTER_BUFFERS</c>.</summary>
    Buffers = 0,

    /// <summary><c>IORING_UNREGISTER_BUFFERS</c>.</summary>
    UnregisterBuffers = 1,

    /// <summary><c>IORING_UNREGISTER_FILES</c>.</summary>
    UnregisterFiles = 3,

    /// <summary><c>IORING_REGISTER_FILES_UPDATE</c>.</summary>
    FilesUpdate = 6,

    /// <summary><c>IORING_REGISTER_PROBE</c>.</summary>
    Probe = 8,

    /// <summary><c>IORING_REGISTER_RESTRICTIONS</c>.</summary>
    Restrictions = 11,

    /// <summary><c>IORING_REGISTER_ENABLE_RINGS</c>.</summary>
    EnableRings = 12,

    /// <summary><c>IORING_REGISTER_FILES2</c>.</summary>
    Files2 = 13,

    /// <summary><c>IORING_REGISTER_IOWQ_MAX_WORKERS</c>.</summary>
    WorkQueueMaxWorkers = 19,

    /// <summary><c>IORING_REGISTER_RING_FDS</c>.</summary>
    RingFileDescriptors = 20,

    /// <summary><c>IORING_UNREGISTER_RING_FDS</c>.</summary>
    UnregisterRingFileDescriptors = 21,

    /// <summary><c>IORING_REGISTER_PBUF_RING</c>.</summary>
    ProvidedBufferRing = 22,

    /// <summary><c>IORING_UNREGISTER_PBUF_RING</c>.</summary>
    UnregisterProvidedBufferRing = 23,

    /// <summary><c>IORING_REGISTER_FILE_ALLOC_RANGE</c>.</summary>
    FileAllocationRange = 25,
}
