using System;
using System.Diagnostics.CodeAnalysis;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;
using Uring;

namespace ChainServe.Hosting;

// From a name to facts, the cold path. Facts come from a descriptor that the jail opened, never from a second walk of
// the path:
// 1. openat2 beneath the root; what cannot be opened becomes facts too (missing, forbidden);
// 2. fstat: only regular files are served;
// 3. a small file is read from that descriptor, and fstat must say the same again: then the bytes belong to the facts,
//    and the response is sent from them;
// 4. a large file is served from that descriptor.
internal sealed partial class ConnectionFlow
{
    private const int AttemptsMax = 8;

    /// <summary>Looks up the path in the connection's buffer.</summary>
    /// <returns>True: the head must be kept.</returns>
    private bool StartResolve(ConnectionId id, ref Connection connection)
    {
        if (connection.IsFileSlotOccupied)
        {
            connection.IsFileSlotOccupied = false;
            CloseChain.PrepareCloseFile(_resources, id);
        }

        if (connection.Attempts >= AttemptsMax)
        {
            // Somebody writes the file faster than it can be read: no answer about it would be true.
            SendFailure(id, ref connection, CannedResponses.Unavailable);
            return connection.State == ConnectionState.Resolving;
        }

        Invariant.Require(connection.Descriptor == Connection.None, "a resolve opens the only descriptor there is");
        Counters.Resolves++;
        connection.Attempts++;
        connection.State = ConnectionState.Resolving;
        connection.HasBodyInBuffer = false;
        connection.CancelCount = 0;
        connection.ResolveStep = (byte)ResolveChain.Step.Open;
        connection.InFlight++;
        SetSendDeadline(id);
        FileTree tree = _sites[connection.Site].Tree;
        connection.IsRemote = tree.IsRemote;
        ResolveChain.PrepareOpen(_resources, id, tree, connection.Buffer, connection.PathLength);
        return true;
    }

    private void CompleteResolve(ResolveChain.Step step, ConnectionId id, ref Connection connection, int result)
    {
        switch (step)
        {
            case not (ResolveChain.Step.Send or ResolveChain.Step.CloseDescriptor or ResolveChain.Step.CloseSocket)
                when connection.IsExpired:
                connection.InFlight--;
                connection.Descriptor = step == ResolveChain.Step.Open && result >= 0 ? result : connection.Descriptor;
                CloseDescriptor(id, ref connection);
                Close(id, ref connection);
                break;
            case ResolveChain.Step.Open:
                connection.InFlight--;
                CompleteOpen(id, ref connection, result);
                break;
            case ResolveChain.Step.Read:
                connection.InFlight--;
                CompleteRead(id, ref connection, result);
                break;
            case ResolveChain.Step.Inspect:
            case ResolveChain.Step.InspectAgain:
            case ResolveChain.Step.InspectWork:
                connection.InFlight--;
                CompleteInspect(step, id, ref connection, result);
                break;
            default:
                TailOutcome outcome = ResolveChain.CompleteTail(step, result);
                connection.Descriptor = step == ResolveChain.Step.Send
                    ? _buffers.Descriptor(connection.Buffer)[0]
                    : Connection.None;
                CompleteTail(
                    ChainKind.Resolve,
                    (byte)step,
                    id,
                    ref connection,
                    result,
                    outcome == TailOutcome.Done ? OutcomeOfClose(connection) : outcome);
                break;
        }
    }

    private void CompleteOpen(ConnectionId id, ref Connection connection, int result)
    {
        switch (ResolveChain.CompleteOpen(result))
        {
            case ResolveOutcome.Opened:
                connection.Descriptor = result;
                Inspect(ResolveChain.Step.Inspect, id, ref connection);
                break;
            case ResolveOutcome.Missing:
                Store(id, ref connection, FileKind.Missing);
                break;
            case ResolveOutcome.Forbidden:
                Store(id, ref connection, FileKind.Forbidden);
                break;
            case ResolveOutcome.NotServed:
                Store(id, ref connection, FileKind.Other);
                break;
            case ResolveOutcome.Retry:
                StartResolve(id, ref connection);
                break;
            case ResolveOutcome.OutOfResources:
                SendFailure(id, ref connection, CannedResponses.Unavailable);
                break;
            default:
                CountFileError(ChainKind.Resolve, (byte)ResolveChain.Step.Open, result);
                SendFailure(id, ref connection, CannedResponses.InternalError);
                break;
        }
    }

    /// <summary>Keeps facts of something that is not a regular file, and goes on with them.</summary>
    private void Store(ConnectionId id, ref Connection connection, FileKind kind)
    {
        if (connection.IsListing)
        {
            SendFailure(
                id,
                ref connection,
                kind == FileKind.Forbidden ? CannedResponses.Forbidden : CannedResponses.NotFound);
            return;
        }

        if (TryGetKnown(connection, out FileFacts? known) && known.Kind == kind)
        {
            known.VerifiedAtMilliseconds = _clock.NowMilliseconds;
        }
        else
        {
            known = Store(connection, FileFacts.Create(PathOf(connection), kind));
        }

        Continue(id, ref connection, known);
    }

    private FileFacts Store(in Connection connection, FileFacts facts)
    {
        if (TryGetKnown(connection, out FileFacts? known))
        {
            DropCopies(known);
        }

        facts.VerifiedAtMilliseconds = _clock.NowMilliseconds;
        if (connection.Coding == ContentCoding.Identity)
        {
            _facts[connection.Site].Set(PathOf(connection), facts);
        }
        else
        {
            connection.Original!.SetVariant(connection.Coding, facts);
        }

        return facts;
    }

    /// <summary>What is known of the path in the connection's buffer. That of a variant belongs to its original.
    /// </summary>
    private bool TryGetKnown(in Connection connection, [NotNullWhen(true)] out FileFacts? known)
    {
        if (connection.Coding == ContentCoding.Identity)
        {
            return _facts[connection.Site].TryGet(PathOf(connection), out known);
        }

        known = connection.Original!.Variant(connection.Coding);
        return known is not null;
    }

    private void DropCopies(FileFacts facts)
    {
        _snapshots.Drop(facts);
        foreach (ContentCoding coding in Codings.ByDensity)
        {
            if (facts.Variant(coding) is { } variant)
            {
                _snapshots.Drop(variant);
            }

            if (facts.Compressed(coding) is { } compressed)
            {
                _snapshots.Drop(compressed);
            }
        }
    }

    private FileFacts CreateFacts(in Connection connection, in FileStamp stamp, in ContentDigest? digest)
    {
        ReadOnlySpan<byte> path = PathOf(connection);
        ReadOnlySpan<byte> original = path[..^Codings.ExtensionOf(connection.Coding).Length];
        Representation representation = _sites[connection.Site].Describe(original, connection.Coding);
        return FileFacts.Create(path, stamp, connection.StampedNanoseconds, digest, representation);
    }

    /// <summary>Goes on with a request whose candidate is known now.</summary>
    private void Continue(ConnectionId id, ref Connection connection, FileFacts facts)
    {
        if (connection.HasSendFailed)
        {
            // The client is gone meanwhile.
            CloseDescriptor(id, ref connection);
            Close(id, ref connection);
            return;
        }

        Request request = RequestOf(connection, out ReadOnlySpan<byte> head);
        if (connection.Coding != ContentCoding.Identity)
        {
            if (!ReferenceEquals(connection.Original!.Variant(connection.Coding), facts))
            {
                // Another request has seen a newer version meanwhile, and what is at hand is of the older one.
                CloseDescriptor(id, ref connection);
                connection.HasBodyInBuffer = false;
            }

            AnswerWithFile(id, ref connection, connection.Original!, request, head);
        }
        else if (IsAnswer(ref connection, facts))
        {
            AnswerWith(id, ref connection, facts, request, head);
        }
        else if (NextCandidate(ref connection))
        {
            LookUp(id, ref connection, request, head);
        }
        else
        {
            AnswerWithoutFile(id, ref connection, request, head);
        }
    }

    private ReadOnlySpan<byte> PathOf(in Connection connection)
    {
        return _buffers.Path(connection.Buffer)[..(connection.PathLength - 1)];
    }

    private void CloseDescriptor(ConnectionId id, ref Connection connection)
    {
        if (connection.Descriptor != Connection.None)
        {
            ResolveChain.PrepareCloseDescriptor(_resources, id, connection.Descriptor, connection.IsRemote);
            connection.Descriptor = Connection.None;
        }
    }
}
