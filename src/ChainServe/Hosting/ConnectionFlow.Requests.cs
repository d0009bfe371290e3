using System;
using System.Diagnostics.CodeAnalysis;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;

namespace ChainServe.Hosting;

// From a request to the file that answers it:
// 1. the target: decoded once, into the path of the response buffer, by which every answer has its fields;
// 2. the method: only GET and HEAD are looked up; a redirect of the site answers others too;
// 3. the rules of the site: who may come in, redirects, rewrites, hidden names, configured routes;
// 4. from there on it is a look-up of its candidates.
// The methods that return a bool say whether the head must be kept, because a resolve or a second look needs it again.
internal sealed partial class ConnectionFlow
{
    private const long FreshMilliseconds = 1000;
    private const long StaleMilliseconds = 2 * FreshMilliseconds;

    private const RequestFields Conditions = RequestFields.IfMatch | RequestFields.IfNoneMatch
        | RequestFields.IfModifiedSince | RequestFields.IfUnmodifiedSince | RequestFields.Range | RequestFields.IfRange;

    /// <summary>Takes over from the request what outlives its head.</summary>
    /// <returns>What follows the request and its body.</returns>
    private ReadOnlySpan<byte> Begin(
        scoped ref Connection connection,
        in Request request,
        ReadOnlySpan<byte> rest)
    {
        Counters.Requests++;
        connection.RequestCount++;
        connection.Method = request.Method;
        connection.Version = request.Version;
        connection.BodyLeft = request.ContentLength;
        connection.HeadDeadline = 0;
        connection.ScannedLength = 0;

        // A body that is not read within the limit ends the connection: its bytes must not become the next request.
        // So does a body that the client holds back until it hears 100, since nobody can tell whether it still comes.
        bool readsBody = !request.IsChunked
            && request.ContentLength <= _options.BodyBytesDiscardedMax
            && !(request.ExpectsContinue && request.HasBody);
        connection.KeepAlive = request.KeepAlive && readsBody && !_isStopping;
        if (connection.KeepAlive && connection.RequestCount == _options.Limits.RequestsPerConnection)
        {
            connection.KeepAlive = false;
            Counters.Pass(LimitKind.RequestsPerConnection);
        }

        if (request.ContentLength > _options.BodyBytesDiscardedMax)
        {
            Counters.Pass(LimitKind.BodyBytesDiscardedMax);
        }

        rest = SkipBody(ref connection, rest);

        // A client that did not ask for the end may be sending its next request, which would make a close a reset.
        connection.MustDrain = !connection.KeepAlive
            && (!readsBody
                || request.KeepAlive
                || connection.BodyLeft > 0
                || !rest.IsEmpty
                || connection.IsSocketNonEmpty);
        return rest;
    }

    private static ReadOnlySpan<byte> SkipBody(scoped ref Connection connection, ReadOnlySpan<byte> bytes)
    {
        int count = (int)Math.Min(connection.BodyLeft, bytes.Length);
        connection.BodyLeft -= count;
        return bytes[count..];
    }

    /// <summary>What the log would say of the response before.</summary>
    private static void ForgetResponse(ref Connection connection)
    {
        connection.Status = 0;
        connection.Plan = default;
        connection.ChunkOffset = 0;
        connection.SentLength = 0;
    }

    private bool Answer(ConnectionId id, ref Connection connection, in Request request, ReadOnlySpan<byte> head)
    {
        connection.Buffer = _buffers.Rent();
        connection.Site = (ushort)_sites.Find(request.Host.Of(head));
        connection.ErrorStatus = 0;
        connection.StatusLines = null;
        connection.Grant = AccessGrant.Unknown;
        connection.GrantedRule = 0;
        connection.HasAccepted = false;
        connection.TriedCodings = 0;
        ForgetResponse(ref connection);
        connection.OriginLines = _sites[connection.Site].OriginLinesOf(request, head);
        TargetStatus status = ReadTarget(ref connection, request, head, out HeadSlice query);
        if (request.Method == HttpMethod.Unknown)
        {
            return SendError(id, ref connection, CannedResponses.NotImplemented, request, head);
        }

        if (request.ContentLength > _options.BodyBytesDiscardedMax && request.Method != HttpMethod.Unsupported)
        {
            return SendError(id, ref connection, CannedResponses.ContentTooLarge, request, head);
        }

        return AnswerTarget(id, ref connection, status, query, request, head);
    }

    private TargetStatus ReadTarget(
        ref Connection connection,
        in Request request,
        ReadOnlySpan<byte> head,
        out HeadSlice query)
    {
        Span<byte> path = _buffers.Path(connection.Buffer);
        TargetStatus status = RequestTarget.Decode(request.Target.Of(head), path, out int length, out query);
        connection.HasPath = status is TargetStatus.Path or TargetStatus.NoSuchName;
        connection.RequestPathLength = (ushort)length;
        connection.IsRewritten = false;
        return status;
    }

    private bool AnswerTarget(
        ConnectionId id,
        ref Connection connection,
        TargetStatus status,
        HeadSlice query,
        in Request request,
        ReadOnlySpan<byte> head)
    {
        Site site = _sites[connection.Site];
        if (request.Method == HttpMethod.Unsupported)
        {
            return AnswerUnsupported(id, ref connection, site.Rules, status, query, request, head);
        }

        if (request.Method == HttpMethod.Options && status is not (TargetStatus.Invalid or TargetStatus.TooLong))
        {
            return SendCanned(id, ref connection, site.Options);
        }

        if (status is not (TargetStatus.Path or TargetStatus.NoSuchName))
        {
            return SendError(
                id,
                ref connection,
                status == TargetStatus.TooLong ? CannedResponses.TargetTooLong : CannedResponses.BadRequest,
                request,
                head);
        }

        if (status == TargetStatus.NoSuchName)
        {
            return SendError(id, ref connection, CannedResponses.NotFound, request, head);
        }

        if (!site.Rules.IsEmpty)
        {
            ReadOnlySpan<byte> target = request.Target.Of(head);
            if (ApplyRules(id, ref connection, site.Rules, request, head, query.Of(target), out bool keepsHead))
            {
                return keepsHead;
            }
        }

        ReadOnlySpan<byte> asked = _buffers.Path(connection.Buffer)[..connection.RequestPathLength];
        if (!site.ServesHidden && RequestTarget.IsHidden(asked))
        {
            return SendError(id, ref connection, CannedResponses.NotFound, request, head);
        }

        if (site.Routes.TryGet(asked, out CannedResponse? canned))
        {
            // Of what a condition is about, whatever becomes of it.
            SetStatusLines(ref connection, isError: canned.Status >= 400);
            return SendCanned(id, ref connection, canned.For(request, head));
        }

        connection.IsDirectoryRequest = FileCandidates.IsDirectoryPath(asked);
        connection.CandidateCount = (byte)FileCandidates.Count(asked, site.Candidates);
        connection.TriesApplication = site.IsApplicationPath(request, head, asked);
        BeginLookUp(id, ref connection);
        return LookUp(id, ref connection, request, head);
    }

    /// <summary>Answers a method that no file has: where the site redirects, the client may ask again with it. Before
    /// that it must be let in, but nobody checks a password for a 405.</summary>
    private bool AnswerUnsupported(
        ConnectionId id,
        ref Connection connection,
        SiteRules rules,
        TargetStatus status,
        HeadSlice query,
        in Request request,
        ReadOnlySpan<byte> head)
    {
        if (status == TargetStatus.Path
            && rules.Redirects.Count > 0
            && !Request.MethodToken(head).SequenceEqual("CONNECT"u8))
        {
            ReadOnlySpan<byte> path = Rooted(_buffers.Path(connection.Buffer)[..connection.RequestPathLength]);
            ReadOnlySpan<byte> target = request.Target.Of(head);
            if (rules.Redirects.TryMatch(path, query.Of(target), _location, out int length, out int redirect))
            {
                return MayEnter(id, ref connection, rules, path, request, head, out bool keepsHead)
                    ? SendLocation(id, ref connection, redirect, _location.AsSpan(0, length))
                    : keepsHead;
            }
        }

        return SendError(id, ref connection, CannedResponses.MethodNotAllowed, request, head);
    }

    private bool TryGetFreshFacts(
        in Connection connection,
        ReadOnlySpan<byte> path,
        [NotNullWhen(true)] out FileFacts? facts)
    {
        return _facts[connection.Site].TryGet(path, out facts) && IsFreshFile(connection, facts);
    }

    private bool IsFreshFile(in Connection connection, FileFacts facts)
    {
        long now = _clock.NowMilliseconds;
        long age = now - facts.VerifiedAtMilliseconds;
        bool neverChanges = _sites[connection.Site].IsImmutable && facts.Kind == FileKind.Regular && !facts.IsYoung;
        if (age < FreshMilliseconds || neverChanges)
        {
            return true;
        }

        if (age < StaleMilliseconds && now - facts.LookedAtMilliseconds < FreshMilliseconds)
        {
            // One request looks again; those behind it go on with what is known. Not for ever: no chain checks a 404,
            // a 304 or an answer to HEAD, and of a name that nobody asked for meanwhile the facts may be days old.
            return true;
        }

        facts.LookedAtMilliseconds = now;
        return false;
    }

    /// <summary>The request of a connection again, after its facts were resolved.</summary>
    private Request RequestOf(in Connection connection, out ReadOnlySpan<byte> head)
    {
        if (connection.KeptHeadLength == 0)
        {
            // Nothing of the head matters but what the connection remembers.
            head = default;
            return new Request
            {
                Method = connection.Method,
                Version = connection.Version,
                KeepAlive = connection.KeepAlive,
            };
        }

        head = connection.Carry.Bytes[..connection.KeptHeadLength];
        RequestParser.Parse(head, 0, _options.RequestLimits, out Request request, out _);
        return request;
    }
}
