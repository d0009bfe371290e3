using Uring.Abi;

namespace ChainServe.Chains;

/// <summary>How far a name may lead through symbolic links; <c>openat2</c> enforces it, not a look at the
/// string.</summary>
internal enum LinkPolicy : byte
{
    /// <summary>No link is followed.</summary>
    None = 0,

    /// <summary>Links are followed while they stay beneath the root.</summary>
    Inside = 1,

    /// <summary>Links are followed wherever they lead.</summary>
    All = 2,
}

/// <summary>What the paths of a site are opened in.</summary>
/// <param name="Root">Descriptor of the root: an O_PATH descriptor, because openat2 takes no slot as
/// directory.</param>
/// <param name="Links">Which links are followed below it.</param>
/// <param name="IsRemote">Some of it lies on a file system that asks somebody else: over a network, or a program
/// (FUSE). Such a one may wait for an answer whatever the flags of an open or a read say, so that whatever reaches it
/// goes to a kernel worker, and never through the ring's thread.</param>
/// <param name="IsOneMount">No path leads over a mount: nobody can change the tree, but somebody can mount another one
/// over a part of it, whose files may change.</param>
internal readonly record struct FileTree(int Root, LinkPolicy Links, bool IsRemote = false, bool IsOneMount = false)
{
    /// <summary>Of an entry that opens or reads.</summary>
    internal static SubmissionFlags EntryFlags(bool isRemote)
    {
        return isRemote ? SubmissionFlags.Async : SubmissionFlags.None;
    }
}
