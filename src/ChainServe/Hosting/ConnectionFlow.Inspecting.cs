using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Responses;
using Uring.Abi;
using Uring.Kernel;

namespace ChainServe.Hosting;

// What a resolve has opened. A system call on the descriptor says it in a tenth of the time of an entry, which always
// goes to a kernel worker. A worker that polls makes no calls, and one to a remote file system might wait: both take
// the entry.
internal sealed partial class ConnectionFlow
{
    private void Inspect(ResolveChain.Step step, ConnectionId id, ref Connection connection)
    {
        if (step == ResolveChain.Step.Inspect)
        {
            // Later looks only say that it is still so: how young the file was counts from the first.
            connection.StampedNanoseconds = _clock.UnixNanoseconds;
        }

        if (_options.Polls || connection.IsRemote)
        {
            connection.ResolveStep = (byte)step;
            connection.InFlight++;
            ResolveChain.PrepareInspect(_resources, id, connection.Descriptor, connection.Buffer, step);
            return;
        }

        int result = _resources.Ring.Kernel.FileStatus(connection.Descriptor, out Statx status);
        CompleteInspect(step, id, ref connection, result, status);
    }

    private void CompleteInspect(ResolveChain.Step step, ConnectionId id, ref Connection connection, int result)
    {
        CompleteInspect(step, id, ref connection, result, _buffers.Status(connection.Buffer));
    }

    private void CompleteInspect(
        ResolveChain.Step step,
        ConnectionId id,
        ref Connection connection,
        int result,
        in Statx status)
    {
        ContentJob? work = (ContentJob?)connection.Work;
        connection.Work = null;
        FileStamp stamp = StampOf(status);
        if (result != 0)
        {
            FailResolve(step, id, ref connection, result);
        }
        else if (step == ResolveChain.Step.Inspect)
        {
            Judge(id, ref connection, stamp);
        }
        else if (stamp != connection.Stamp)
        {
            ReadAgain(id, ref connection);
        }
        else if (step == ResolveChain.Step.InspectAgain)
        {
            TakeContent(id, ref connection, stamp);
        }
        else
        {
            TakeWork(id, ref connection, work!);
        }
    }

    /// <summary>Decides by what the file is, and by what is known of it, whether it must be read.</summary>
    private void Judge(ConnectionId id, ref Connection connection, in FileStamp stamp)
    {
        connection.Stamp = stamp;
        if (connection.IsListing && stamp.Kind == FileKind.Directory)
        {
            ListDirectory(id, ref connection);
            return;
        }

        if (stamp.Kind != FileKind.Regular)
        {
            CloseDescriptor(id, ref connection);
            Store(id, ref connection, stamp.Kind);
            return;
        }

        bool isLarge = stamp.Length > ResponseBuffers.BodyLength;
        if (TryGetKnown(connection, out FileFacts? known)
            && known.SameVersionAs(stamp)
            && !connection.IsCold
            && !connection.NeedsContent
            && IsEnough(known, isLarge))
        {
            known.VerifiedAtMilliseconds = _clock.NowMilliseconds;
            if (isLarge && !connection.NeedsDescriptor && StartFilling(id, ref connection, known))
            {
                return;
            }

            if (!isLarge && !connection.NeedsDescriptor)
            {
                CloseDescriptor(id, ref connection);
            }

            Continue(id, ref connection, known);
        }
        else if (!isLarge)
        {
            ReadFromDescriptor(id, ref connection, mayWait: !connection.IsCold);
        }
        else if (EntityTag.NeedsContent(stamp, _sites[connection.Site].Tags))
        {
            StartDigest(id, ref connection, stamp);
        }
        else
        {
            Continue(id, ref connection, Store(connection, CreateFacts(connection, stamp, digest: null)));
        }
    }

    /// <summary>Whether what is known of this version needs no other look at its content.</summary>
    private static bool IsEnough(FileFacts known, bool isLarge)
    {
        return isLarge ? known.HasJob || (known.HasFinalTag && !known.IsYoung) : known.HasContentHash && !known.IsYoung;
    }

    /// <summary>The bytes that were read belong to the stamp: makes facts or a copy of them.</summary>
    private void TakeContent(ConnectionId id, ref Connection connection, in FileStamp stamp)
    {
        if (connection.IsFillingSnapshot)
        {
            Continue(id, ref connection, FinishFilling(ref connection));
            return;
        }

        ReadOnlySpan<byte> body = _buffers.Body(connection.Buffer, (int)stamp.Length);
        ContentDigest digest = ContentDigest.Of(body);
        connection.HasBodyInBuffer = true;
        if (TryGetKnown(connection, out FileFacts? known)
            && known.SameVersionAs(stamp)
            && IsEnough(known, isLarge: false)
            && known.ContentHash == digest.First)
        {
            // Its copies, and what is known of its siblings, stay.
            known.VerifiedAtMilliseconds = _clock.NowMilliseconds;
            Admit(known, body);
            Continue(id, ref connection, known);
            return;
        }

        FileFacts facts = CreateFacts(connection, stamp, digest);
        ResponseHeadWriter.Prepare(facts);
        Continue(id, ref connection, Store(connection, facts));
    }

    private static FileStamp StampOf(in Statx status)
    {
        return new FileStamp
        {
            Kind = status.Type switch
            {
                FileType.Regular => FileKind.Regular,
                FileType.Directory => FileKind.Directory,
                _ => FileKind.Other,
            },
            Length = (long)status.Size,
            ModifiedNanoseconds = status.ModifyTime.UnixNanoseconds,
            ChangedNanoseconds = status.ChangeTime.UnixNanoseconds,
            Inode = status.Inode,
            Device = ((ulong)status.DeviceMajor << 32) | status.DeviceMinor,
        };
    }
}
