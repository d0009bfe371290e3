using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;

namespace ChainServe.Hosting;

// Which bytes of a file answer (RFC 9110 §12.5.3): its own, those of a sibling that somebody compressed, or those that
// were compressed here.
// 1. only types that compression helps vary at all, and every answer about them says so (Vary);
// 2. each coding that the client takes is looked up once, as a path of its own: the file's with an extension behind;
// 3. what is known of a sibling, its absence too, is kept with the version of the file that it belongs to;
// 4. the best one takes the place of the file: its facts, its path, its chain;
// 5. without one the file is compressed, when the site wants it: once per version, by a job; it is sent from memory.
internal sealed partial class ConnectionFlow
{
    // A sibling that appears late costs a few answers without compression, and nothing else.
    private const long AbsentVariantFreshMilliseconds = 5 * FreshMilliseconds;

    // A copy that had to make room so often costs more than it saves.
    private const long CompressedAgainMilliseconds = 60_000;

    // Less fits into one packet anyway.
    private const int CompressedLengthMin = 256;

    private bool AnswerWithFile(
        ConnectionId id,
        ref Connection connection,
        FileFacts original,
        in Request request,
        ReadOnlySpan<byte> head)
    {
        FileFacts facts = original;
        bool isInMemory = false;
        if (original.Varies && connection.ErrorStatus == 0)
        {
            Site site = _sites[connection.Site];
            ReadAccepted(ref connection, request, head);
            connection.Original = original;
            if (site.HasPrecompressed && TryFindUnknown(connection, original, out ContentCoding unknown))
            {
                connection.TriedCodings |= (byte)(1 << (int)unknown);
                TurnTo(id, ref connection, original, unknown);
                return StartResolve(id, ref connection);
            }

            facts = Negotiation.Choose(original, connection.Accepted);
            if (site.Compresses && TryCompress(connection, original, ref facts, out ContentCoding coding))
            {
                TurnTo(id, ref connection, original, ContentCoding.Identity);
                return StartCompressing(id, ref connection, original, coding, request, head);
            }

            isInMemory = facts != original && facts != original.Variant(facts.Coding);
            if (facts == original && connection.Accepted.IsIdentityRefused)
            {
                // A young file is compressed when it has come of age, others when there is room again.
                bool isTooEarly = site.Compresses && (original.IsYoung || HasNoRoom(connection, original));
                return SendError(
                    id,
                    ref connection,
                    isTooEarly ? CannedResponses.Unavailable : CannedResponses.NotAcceptable,
                    request,
                    head);
            }
        }

        return AnswerWithFacts(id, ref connection, original, facts, isInMemory, request, head);
    }

    /// <summary>Answers with a file, or with what was chosen in its place.</summary>
    private bool AnswerWithFacts(
        ConnectionId id,
        ref Connection connection,
        FileFacts original,
        FileFacts facts,
        bool isInMemory,
        in Request request,
        ReadOnlySpan<byte> head)
    {
        TurnTo(id, ref connection, original, isInMemory ? ContentCoding.Identity : facts.Coding);
        connection.Facts = facts;

        // The coding of a body of parts would be one of the parts' text too, as far as a client can tell.
        bool mayHaveParts = !isInMemory && facts.Coding == ContentCoding.Identity;
        connection.Plan = connection.ErrorStatus != 0
            ? ResponsePlanner.PlanWhole(connection.ErrorStatus, request.Method, facts)
            : ResponsePlanner.Plan(
                request, head, facts, mayHaveParts ? _ranges : _ranges.AsSpan(0, 1), out _rangeCount);
        return SendFile(id, ref connection)
            || (connection.Plan.SendsBody && NeedsHeadAgain(connection, request, head));
    }

    private static bool HasNoRoom(in Connection connection, FileFacts original)
    {
        return original.Compressed(Negotiation.BestOf(connection.Accepted)) is { WasWorthIt: true };
    }

    /// <summary>Whether the head says something that counts when the file turns out to be another one by now.</summary>
    private bool NeedsHeadAgain(in Connection connection, in Request request, ReadOnlySpan<byte> head)
    {
        return (request.Present & Conditions) != 0
            || connection.IsRewritten
            || _sites[connection.Site].Rules.Authenticator is not null
            || request.Target.Of(head).Contains((byte)'?');
    }

    private static void ReadAccepted(ref Connection connection, in Request request, ReadOnlySpan<byte> head)
    {
        if (!connection.HasAccepted)
        {
            connection.HasAccepted = true;
            connection.Accepted = AcceptEncoding.Parse(request, head);
        }
    }

    private bool TryFindUnknown(in Connection connection, FileFacts original, out ContentCoding unknown)
    {
        foreach (ContentCoding coding in Codings.ByDensity)
        {
            if (connection.Accepted.QualityOf(coding) > 0
                && (connection.TriedCodings & (1 << (int)coding)) == 0
                && !IsFresh(connection, original.Variant(coding))
                && original.Path.Length + Codings.ExtensionOf(coding).Length <= RequestTarget.PathLengthMax)
            {
                unknown = coding;
                return true;
            }
        }

        unknown = ContentCoding.Identity;
        return false;
    }

    private bool IsFresh(in Connection connection, FileFacts? variant)
    {
        if (variant is null)
        {
            return false;
        }

        if (variant.Kind == FileKind.Regular)
        {
            return IsFreshFile(connection, variant);
        }

        return _sites[connection.Site].IsImmutable
            || _clock.NowMilliseconds - variant.VerifiedAtMilliseconds < AbsentVariantFreshMilliseconds;
    }

    /// <summary>Looks for a version that was compressed here, better than what was chosen.</summary>
    /// <param name="connection">Whose request it is.</param>
    /// <param name="original">The file.</param>
    /// <param name="facts">What was chosen; becomes the compressed version when there is one.</param>
    /// <param name="coding">What to compress with.</param>
    /// <returns>True when it must be made first.</returns>
    private bool TryCompress(
        in Connection connection,
        FileFacts original,
        ref FileFacts facts,
        out ContentCoding coding)
    {
        coding = Negotiation.BestOf(connection.Accepted);
        bool isNeeded = connection.Accepted.IsIdentityRefused;
        if (facts != original
            || coding == ContentCoding.Identity
            || original.IsYoung
            || original.Length < CompressedLengthMin
            || original.Length > _options.Limits.CompressBytesMax)
        {
            return false;
        }

        if (original.Compressed(coding) is { } made)
        {
            if (_snapshots.Has(made))
            {
                facts = made;
                return false;
            }

            // Without a copy it was not worth one, or the copy had to make room: then it is made again, after a while.
            long pause = isNeeded ? FreshMilliseconds : CompressedAgainMilliseconds;
            if (!made.WasWorthIt || _clock.NowMilliseconds - made.VerifiedAtMilliseconds < pause)
            {
                return false;
            }
        }

        // While somebody else makes it, the file is sent as it is, to clients that take it.
        return isNeeded || !original.HasJob;
    }

    private bool StartCompressing(
        ConnectionId id,
        ref Connection connection,
        FileFacts original,
        ContentCoding coding,
        in Request request,
        ReadOnlySpan<byte> head)
    {
        if (connection.Descriptor == Connection.None)
        {
            connection.NeedsDescriptor = true;
            return StartResolve(id, ref connection);
        }

        if (TryStartJob(id, ref connection, new ContentJob(connection.Descriptor, original.Length, coding)))
        {
            original.HasJob = true;
            return true;
        }

        return connection.Accepted.IsIdentityRefused
            ? SendError(id, ref connection, CannedResponses.Unavailable, request, head)
            : AnswerWithFacts(id, ref connection, original, original, isInMemory: false, request, head);
    }

    /// <summary>Makes the path, and what is at hand of the file, that of another coding.</summary>
    private void TurnTo(ConnectionId id, ref Connection connection, FileFacts original, ContentCoding coding)
    {
        if (connection.Coding == coding)
        {
            return;
        }

        CloseDescriptor(id, ref connection);
        connection.Coding = coding;
        connection.Attempts = 0;
        connection.IsCold = false;
        connection.HasBodyInBuffer = false;
        Span<byte> path = _buffers.Path(connection.Buffer);
        ReadOnlySpan<byte> extension = Codings.ExtensionOf(coding);
        original.Name.CopyTo(path);
        extension.CopyTo(path[original.Name.Length..]);
        int length = original.Name.Length + extension.Length;
        path[length] = 0;
        connection.PathLength = (ushort)(length + 1);
    }
}
