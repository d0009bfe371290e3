using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;
using Uring;

namespace ChainServe.Hosting;

// What takes too long for a ring thread: the check of a password, a listing, the digest of a large file, compression.
// The connection waits as it does for a resolve, with its descriptor open; a job that has ended is a completion.
internal sealed partial class ConnectionFlow
{
    private long _nextJobWarning;

    /// <summary>Acts on the jobs that have ended. Called once per turn.</summary>
    internal void CompleteJobs()
    {
        while (_jobs.TryTake(out Job? job))
        {
            CompleteJob(job.Id, job);
            if (job is ListingJob listing)
            {
                _listingJobs.Remove(listing.Key);
                listing.Others.ForEach(other => CompleteJob(other, listing));
            }
        }
    }

    private void CompleteJob(ConnectionId id, Job job)
    {
        ref Connection connection = ref _table[id.Slot];
        Invariant.Require(connection.Generation == id.Generation, "a slot is not reused while a job of it runs");
        connection.InFlight--;
        connection.IsWorking = false;
        CompleteJob(id, ref connection, job);
    }

    /// <summary>Starts a job, behind which the request goes on.</summary>
    /// <returns>False when there are too many, and the request must go on without.</returns>
    private bool TryStartJob(ConnectionId id, ref Connection connection, Job job)
    {
        job.Id = id;
        job.IsRemote = connection.IsRemote && job is not PasswordJob;
        if (!_jobs.TryStart(job))
        {
            Counters.Pass(LimitKind.Jobs);
            return false;
        }

        Counters.Jobs++;
        AwaitJob(id, ref connection);
        return true;
    }

    private void AwaitJob(ConnectionId id, ref Connection connection)
    {
        connection.IsWorking = true;
        connection.State = ConnectionState.Resolving;
        connection.InFlight++;
        SetSendDeadline(id);
    }

    private void CompleteJob(ConnectionId id, ref Connection connection, Job job)
    {
        if (connection.HasSendFailed)
        {
            // The client is gone meanwhile.
            Unmark(connection, job);
            CloseDescriptor(id, ref connection);
            Close(id, ref connection);
            return;
        }

        // What the client sent while the job ran would make a close a reset.
        connection.MustDrain |= !connection.KeepAlive;
        if (job.Failure is { } failure)
        {
            WarnOfJob(job, failure);
            if (job is ContentJob { Coding: not ContentCoding.Identity } compression)
            {
                // The file can be sent as it is.
                CompleteContent(id, ref connection, compression);
                return;
            }

            Unmark(connection, job);
            SendFailure(id, ref connection, CannedResponses.InternalError);
            return;
        }

        switch (job)
        {
            case PasswordJob password:
                CompletePassword(id, ref connection, password);
                break;
            case ListingJob listing:
                CompleteListing(id, ref connection, listing);
                break;
            case ContentJob content:
                CompleteContent(id, ref connection, content);
                break;
            default:
                Invariant.Fail("every job is one that the flow started");
                break;
        }
    }

    // One line a minute: whoever asks again and again must not fill the log.
    private void WarnOfJob(Job job, Exception failure)
    {
        const long PauseMilliseconds = 60_000;
        if (_clock.NowMilliseconds >= _nextJobWarning)
        {
            _nextJobWarning = _clock.NowMilliseconds + PauseMilliseconds;
            _log.Warning($"{job.GetType().Name}: {failure.GetType().Name}: {failure.Message}");
        }
    }

    /// <summary>The file in the connection's descriptor is large, and only its content makes a tag of it. Whoever asks
    /// meanwhile gets a weak one, and so does everybody while there are too many jobs.</summary>
    private void StartDigest(ConnectionId id, ref Connection connection, in FileStamp stamp)
    {
        FileFacts provisional = Store(connection, CreateFacts(connection, stamp, digest: null));
        connection.Facts = provisional;
        ContentJob job = new ContentJob(connection.Descriptor, stamp.Length, ContentCoding.Identity);
        provisional.HasJob = TryStartJob(id, ref connection, job);
        if (!provisional.HasJob)
        {
            Continue(id, ref connection, provisional);
        }
    }

    private void CompleteContent(ConnectionId id, ref Connection connection, ContentJob job)
    {
        Unmark(connection, job);
        if (!job.IsWhole && job.Failure is null)
        {
            ReadAgain(id, ref connection);
            return;
        }

        // The job may have taken longer than a look may.
        connection.Work = job;
        SetSendDeadline(id);
        Inspect(ResolveChain.Step.InspectWork, id, ref connection);
    }

    /// <summary>The file is still what it was before the job.</summary>
    private void TakeWork(ConnectionId id, ref Connection connection, ContentJob job)
    {
        if (job.Coding == ContentCoding.Identity)
        {
            FileFacts facts = CreateFacts(connection, connection.Stamp, job.Digest);
            if (TryGetKnown(connection, out FileFacts? known) && ReferenceEquals(known, connection.Facts))
            {
                // Of what the name led to when the job began: newer facts of another version must stay.
                long verifiedAt = known.VerifiedAtMilliseconds;
                Store(connection, facts).VerifiedAtMilliseconds = verifiedAt;
            }

            Continue(id, ref connection, facts);
            return;
        }

        FileFacts original = connection.Original!;
        if (original.Compressed(job.Coding) is not { } made || !_snapshots.Has(made))
        {
            // Of several who made it at the same time the first.
            original.SetCompressed(job.Coding, Keep(connection, original, job));
        }

        Request request = RequestOf(connection, out ReadOnlySpan<byte> head);
        AnswerWithFile(id, ref connection, original, request, head);
    }

    /// <summary>Makes facts of a compressed file, and a copy that it is sent from.</summary>
    /// <returns>Facts without a copy, when it is not worth one, would be too long or has no room.</returns>
    private FileFacts Keep(in Connection connection, FileFacts original, ContentJob job)
    {
        byte[] content = job.Failure is null ? job.Compressed ?? [] : [];
        FileStamp stamp = original.Stamp with { Length = content.Length };
        Representation representation = _sites[connection.Site].Describe(original.Name, job.Coding);
        FileFacts facts = FileFacts.Create(
            original.Name,
            stamp,
            connection.StampedNanoseconds,
            job.Digest,
            representation with { Tags = representation.Tags == TagSource.None ? TagSource.None : TagSource.Content });
        facts.WasWorthIt = content.Length > 0 && content.Length <= _snapshots.FileLengthMax;
        facts.VerifiedAtMilliseconds = _clock.NowMilliseconds;
        if (content.Length > 0 && _snapshots.TryReserve(facts, content.Length, out int snapshot))
        {
            content.CopyTo(_snapshots.Bytes(snapshot, content.Length));
            _snapshots.Publish(snapshot);
            ResponseHeadWriter.Prepare(facts);
            Counters.Compressions++;
        }

        return facts;
    }

    /// <summary>Nobody works for these facts any more.</summary>
    private static void Unmark(in Connection connection, Job job)
    {
        if (job is not ContentJob content)
        {
            return;
        }

        FileFacts? facts = content.Coding == ContentCoding.Identity ? connection.Facts : connection.Original;
        if (facts is not null)
        {
            facts.HasJob = false;
        }
    }
}
