using System;
using System.Diagnostics.CodeAnalysis;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;

namespace ChainServe.Hosting;

// From a request to the file that answers it:
// 1. the method: only GET and HEAD are looked up;
// 2. the target: decoded once, into the path of the response buffer;
// 3. hidden names, then configured routes;
// 4. the candidates in order (the file, or the index files of a directory), each from the facts at hand or by a
// resolve;
// 5. none: the page 404.html, and without it the canned one.
// The methods that return a bool say whether the head must be kept, because a resolve or a second look needs it again.
internal sealed partial class ConnectionFlow
{
    private const long FreshMilliseconds = 1000;
    private const long StaleMilliseconds = 2 * FreshMilliseconds;

    private const RequestFields Conditions = RequestFields.IfMatch | RequestFields.IfNoneMatch
        | RequestFields.IfModifiedSince | RequestFields.IfUnmodifiedSince | RequestFields.Range | RequestFields.IfRange;

    private static ReadOnlySpan<byte> NotFoundPage => "404.html\0"u8;

    private bool Answer(ConnectionId id, ref Connection connection, in Request request, ReadOnlySpan<byte> head)
    {
        connection.Buffer = _buffers.Rent();
        connection.Attempts = 0;
        connection.Candidate = 0;
        connection.ErrorStatus = 0;
        connection.IsCold = false;
        connection.HasBodyInBuffer = false;
        if (request.Method is HttpMethod.Unsupported or HttpMethod.Unknown)
        {
            return SendCanned(
                id,
                ref connection,
                request.Method == HttpMethod.Unsupported
                    ? CannedResponses.MethodNotAllowed
                    : CannedResponses.NotImplemented);
        }

        if (request.ContentLength > _site.BodyBytesDiscardedMax)
        {
            return SendCanned(id, ref connection, CannedResponses.ContentTooLarge);
        }

        if (request.Method == HttpMethod.Options)
        {
            return SendCanned(id, ref connection, CannedResponses.Options);
        }

        Span<byte> path = _buffers.Path(connection.Buffer);
        TargetStatus status = RequestTarget.Decode(request.Target.Of(head), path, out int length, out _);
        if (status is not (TargetStatus.Path or TargetStatus.NoSuchName))
        {
            return SendCanned(
                id,
                ref connection,
                status == TargetStatus.TooLong ? CannedResponses.TargetTooLong : CannedResponses.BadRequest);
        }

        connection.RequestPathLength = (ushort)length;
        if (status == TargetStatus.NoSuchName || (!_site.ServesHidden && RequestTarget.IsHidden(path[..length])))
        {
            connection.ErrorStatus = 404;
        }
        else if (_site.Routes.TryGet(path[..length], out CannedResponse? canned))
        {
            return SendCanned(id, ref connection, canned);
        }

        return LookUp(id, ref connection, request, head);
    }

    private bool LookUp(ConnectionId id, ref Connection connection, in Request request, ReadOnlySpan<byte> head)
    {
        while (true)
        {
            Span<byte> path = _buffers.Path(connection.Buffer);
            int length = HasCandidate(connection) ? WriteCandidate(connection, path) : 0;
            if (length > 0)
            {
                connection.PathLength = (ushort)(length + 1);
                if (!TryGetFreshFacts(path[..length], out FileFacts? facts))
                {
                    return StartResolve(id, ref connection);
                }

                if (IsAnswer(connection, facts))
                {
                    return AnswerWith(id, ref connection, facts, request, head);
                }
            }

            if (!NextCandidate(ref connection))
            {
                return SendCanned(id, ref connection, CannedResponses.NotFound);
            }
        }
    }

    private int WriteCandidate(in Connection connection, Span<byte> path)
    {
        if (connection.ErrorStatus != 0)
        {
            NotFoundPage.CopyTo(path);
            return NotFoundPage.Length - 1;
        }

        return FileCandidates.Write(
            path[..connection.RequestPathLength], connection.Candidate, _site.Candidates, path);
    }

    /// <summary>Moves on behind a candidate that is not there.</summary>
    /// <returns>False when there is none left, not even the page for it.</returns>
    private bool NextCandidate(ref Connection connection)
    {
        if (connection.ErrorStatus != 0)
        {
            return false;
        }

        // The attempts are those at one file.
        connection.Attempts = 0;
        connection.Candidate++;
        if (!HasCandidate(connection))
        {
            connection.ErrorStatus = 404;
        }

        return true;
    }

    /// <summary>Whether there is a name to look up: a directory may have no index at all.</summary>
    private bool HasCandidate(in Connection connection)
    {
        ReadOnlySpan<byte> path = _buffers.Path(connection.Buffer)[..connection.RequestPathLength];
        return connection.ErrorStatus != 0 || connection.Candidate < FileCandidates.Count(path, _site.Candidates);
    }

    private bool TryGetFreshFacts(ReadOnlySpan<byte> path, [NotNullWhen(true)] out FileFacts? facts)
    {
        if (!_facts.TryGet(path, out facts))
        {
            return false;
        }

        long now = _clock.NowMilliseconds;
        long age = now - facts.VerifiedAtMilliseconds;
        if (age < FreshMilliseconds || (_site.IsImmutable && facts.Kind == FileKind.Regular))
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

    private bool IsAnswer(in Connection connection, FileFacts facts)
    {
        return facts.Kind switch
        {
            FileKind.Regular => true,
            FileKind.Directory => connection.ErrorStatus == 0 && !IsDirectoryRequest(connection),
            FileKind.Forbidden => connection.ErrorStatus == 0,
            _ => false,
        };
    }

    private bool IsDirectoryRequest(in Connection connection)
    {
        return FileCandidates.IsDirectoryPath(
            _buffers.Path(connection.Buffer)[..connection.RequestPathLength]);
    }

    private bool AnswerWith(
        ConnectionId id,
        ref Connection connection,
        FileFacts facts,
        in Request request,
        ReadOnlySpan<byte> head)
    {
        switch (facts.Kind)
        {
            case FileKind.Regular:
                connection.Facts = facts;
                connection.Plan = connection.ErrorStatus != 0
                    ? ResponsePlanner.PlanWhole(connection.ErrorStatus, request.Method, facts)
                    : ResponsePlanner.Plan(request, head, facts);
                return SendFile(id, ref connection)
                    || (connection.Plan.SendsBody && (request.Present & Conditions) != 0);
            case FileKind.Directory:
                return SendRedirect(id, ref connection, request, head);
            default:
                return SendCanned(id, ref connection, CannedResponses.Forbidden);
        }
    }

    private bool SendRedirect(ConnectionId id, ref Connection connection, in Request request, ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> target = request.Target.Of(head);
        int mark = target.IndexOf((byte)'?');
        ReadOnlySpan<byte> query = mark < 0 ? default : target[(mark + 1)..];
        ReadOnlySpan<byte> path = _buffers.Path(connection.Buffer)[..connection.RequestPathLength];
        Span<byte> answer = _buffers.Answer(connection.Buffer);
        int length = CannedResponses.WriteRedirect(
            answer, 308, path, query, _clock.Date, connection.KeepAlive, connection.Version);

        // A query may be longer than an answer: request lines have a limit that can be raised, buffers have not.
        return length > 0
            ? SendAnswer(id, ref connection, length)
            : SendCanned(id, ref connection, CannedResponses.TargetTooLong);
    }

    /// <summary>The request of a connection again, after its facts were resolved.</summary>
    private Request RequestOf(in Connection connection, out ReadOnlySpan<byte> head)
    {
        if (connection.KeptHeadLength == 0)
        {
            // Nothing of the head matters but what the connection remembers, and the query of a redirect, should the
            // file have become a directory under the request.
            head = default;
            return new Request
            {
                Method = connection.Method,
                Version = connection.Version,
                KeepAlive = connection.KeepAlive,
            };
        }

        head = connection.Carry.Bytes[..connection.KeptHeadLength];
        RequestParser.Parse(head, 0, _site.RequestLimits, out Request request, out _);
        return request;
    }
}
