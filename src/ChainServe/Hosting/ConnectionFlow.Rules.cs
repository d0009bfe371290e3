using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;

namespace ChainServe.Hosting;

// What the path alone decides, in this order:
// 1. whether the client may come in: a rule protects the path that was asked for, and the one it is rewritten to;
// 2. redirects;
// 3. a rewrite: from here on the request is for another path;
// 4. what is hidden does not exist.
// And what the file decides that was found:
// 5. whether the client may have it: an index page, or the page of an application, has a path of its own;
// 6. whether it has a shorter address.
internal sealed partial class ConnectionFlow
{
    /// <summary>Room for a path with its slash, or for a Location.</summary>
    private readonly byte[] _rooted = new byte[RequestTarget.PathLengthMax + 1];
    private readonly byte[] _location = new byte[32 * 1024];

    /// <returns>True when the request is answered, or waits for an answer.</returns>
    private bool ApplyRules(
        ConnectionId id,
        ref Connection connection,
        SiteRules rules,
        in Request request,
        ReadOnlySpan<byte> head,
        ReadOnlySpan<byte> query,
        out bool keepsHead)
    {
        Span<byte> path = _buffers.Path(connection.Buffer);
        ReadOnlySpan<byte> rooted = Rooted(path[..connection.RequestPathLength]);
        if (!MayEnter(id, ref connection, rules, rooted, request, head, out keepsHead))
        {
            return true;
        }

        if (rules.Redirects.TryMatch(rooted, query, _location, out int length, out int status))
        {
            keepsHead = SendLocation(id, ref connection, status, _location.AsSpan(0, length));
            return true;
        }

        if (rules.Rewrites.TryMatch(rooted, _location.AsSpan(0, _rooted.Length), out length))
        {
            if (length == 0)
            {
                keepsHead = SendError(id, ref connection, CannedResponses.TargetTooLong, request, head);
                return true;
            }

            connection.IsRewritten = true;
            _location.AsSpan(1, length - 1).CopyTo(path);
            connection.RequestPathLength = (ushort)(length - 1);
            rooted = Rooted(path[..connection.RequestPathLength]);
            if (!MayEnter(id, ref connection, rules, rooted, request, head, out keepsHead))
            {
                return true;
            }
        }

        if (rules.Hides(rooted))
        {
            keepsHead = SendError(id, ref connection, CannedResponses.NotFound, request, head);
            return true;
        }

        return false;
    }

    private ReadOnlySpan<byte> Rooted(ReadOnlySpan<byte> path)
    {
        _rooted[0] = (byte)'/';
        path.CopyTo(_rooted.AsSpan(1));
        return _rooted.AsSpan(0, path.Length + 1);
    }

    /// <summary>Whether the file that was found may answer.</summary>
    /// <returns>False when something else answers, or will.</returns>
    private bool MaySend(
        ConnectionId id,
        ref Connection connection,
        FileFacts facts,
        in Request request,
        ReadOnlySpan<byte> head,
        out bool keepsHead)
    {
        keepsHead = false;
        SiteRules rules = _sites[connection.Site].Rules;
        if (rules.IsEmpty || connection.ErrorStatus != 0 || connection.IsCandidateAllowed)
        {
            return true;
        }

        if (!MayEnter(id, ref connection, rules, Rooted(facts.Name), request, head, out keepsHead))
        {
            return false;
        }

        bool isOwnPage = connection.Candidate < connection.CandidateCount && !connection.IsRewritten;
        if (rules.HasCleanUrls && isOwnPage && HasCleanerAddress(connection, facts.Name, out ReadOnlySpan<byte> clean))
        {
            int length = Redirect.WriteLocation(_location, clean, QueryOf(request, head));
            keepsHead = SendLocation(id, ref connection, 308, _location.AsSpan(0, length));
            return false;
        }

        connection.IsCandidateAllowed = true;
        return true;
    }

    /// <summary>Whether a page has another address than the one that it was asked for by.</summary>
    private bool HasCleanerAddress(in Connection connection, ReadOnlySpan<byte> page, out ReadOnlySpan<byte> clean)
    {
        clean = FileCandidates.CleanAddressOf(page, _sites[connection.Site].Candidates);
        ReadOnlySpan<byte> asked = _buffers.Path(connection.Buffer)[..connection.RequestPathLength];
        return clean.Length < page.Length && !clean.SequenceEqual(asked);
    }

    private static ReadOnlySpan<byte> QueryOf(in Request request, ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> target = request.Target.Of(head);
        int mark = target.IndexOf((byte)'?');
        return mark < 0 ? default : target[(mark + 1)..];
    }

    /// <summary>Checks who asks. What is not known yet is checked elsewhere, and the request goes on from its beginning
    /// then.</summary>
    private bool MayEnter(
        ConnectionId id,
        ref Connection connection,
        SiteRules rules,
        ReadOnlySpan<byte> path,
        in Request request,
        ReadOnlySpan<byte> head,
        out bool keepsHead)
    {
        keepsHead = false;
        if (rules.RuleOf(path) is not { } rule)
        {
            return true;
        }

        if (connection.Grant == AccessGrant.Refused || connection.GrantedRule == rule.Number + 1)
        {
            return connection.Grant == AccessGrant.Granted
                || RefuseEntry(id, ref connection, request, head, ref keepsHead);
        }

        Span<byte> buffer = stackalloc byte[BasicCredentials.LengthMax];
        if (request.IsRepeated(RequestFields.Authorization)
            || !BasicCredentials.TryParse(
                request.Authorization.Of(head),
                buffer,
                out ReadOnlySpan<byte> name,
                out ReadOnlySpan<byte> password))
        {
            return RefuseEntry(id, ref connection, request, head, ref keepsHead);
        }

        if (rules.Authenticator!.Remembers(rule, name, password, _clock.NowMilliseconds))
        {
            connection.Grant = AccessGrant.Granted;
            connection.GrantedRule = (ushort)(rule.Number + 1);
            connection.Record?.KeepUser(name);
            return true;
        }

        PasswordJob job = new(rules.Authenticator, rule, name, password, _clock.NowMilliseconds);
        keepsHead = TryStartJob(id, ref connection, job)
            || SendError(id, ref connection, CannedResponses.Unavailable, request, head);
        return false;
    }

    private bool RefuseEntry(
        ConnectionId id,
        ref Connection connection,
        in Request request,
        ReadOnlySpan<byte> head,
        ref bool keepsHead)
    {
        keepsHead = SendError(id, ref connection, CannedResponses.Unauthorized, request, head);
        return false;
    }

    private void CompletePassword(ConnectionId id, ref Connection connection, PasswordJob job)
    {
        connection.Grant = job.IsRight ? AccessGrant.Granted : AccessGrant.Refused;
        connection.GrantedRule = (ushort)(job.Rule.Number + 1);
        if (job.IsRight)
        {
            connection.Record?.KeepUser(job.Name);
        }

        Request request = RequestOf(connection, out ReadOnlySpan<byte> head);
        TargetStatus status = ReadTarget(ref connection, request, head, out HeadSlice query);
        AnswerTarget(id, ref connection, status, query, request, head);
    }

    /// <summary>To a directory's address with its slash.</summary>
    private bool SendRedirect(ConnectionId id, ref Connection connection, in Request request, ReadOnlySpan<byte> head)
    {
        Span<byte> path = _buffers.Path(connection.Buffer);
        int pathLength = connection.RequestPathLength;
        if (connection.IsRewritten)
        {
            // The client knows the path that it asked for, and only that one.
            path = _rooted;
            RequestTarget.Decode(request.Target.Of(head), path, out pathLength, out _);
        }

        path[pathLength] = (byte)'/';
        int length = Redirect.WriteLocation(_location, path[..(pathLength + 1)], QueryOf(request, head));
        return SendLocation(id, ref connection, 308, _location.AsSpan(0, length));
    }

    /// <summary>Redirects; 414 when there is no location because it did not fit: request lines have a limit that can be
    /// raised, buffers have not.</summary>
    private bool SendLocation(ConnectionId id, ref Connection connection, int status, ReadOnlySpan<byte> location)
    {
        if (location.IsEmpty)
        {
            return SendCanned(id, ref connection, CannedResponses.TargetTooLong);
        }

        connection.Status = (ushort)status;
        connection.BodyBytes = 0;
        int length = Redirect.Write(
            _buffers.Answer(connection.Buffer),
            status,
            location,
            _clock.Date,
            ExtraLines(ref connection),
            connection.KeepAlive,
            connection.Version);
        return length > 0
            ? SendAnswer(id, ref connection, length)
            : SendCanned(id, ref connection, CannedResponses.TargetTooLong);
    }

    /// <summary>Answers with an error: by the site's page for it, or by the built-in one.</summary>
    private bool SendError(
        ConnectionId id,
        ref Connection connection,
        CannedResponse canned,
        in Request request,
        ReadOnlySpan<byte> head)
    {
        Site site = _sites[connection.Site];
        if (connection.ErrorStatus != 0 || site.ErrorPageOf(canned.Status).IsEmpty)
        {
            return SendCanned(id, ref connection, canned);
        }

        SetStatusLines(ref connection, isError: true);
        BeginLookUp(id, ref connection);
        connection.ErrorStatus = (ushort)canned.Status;
        connection.ErrorAnswer = canned;
        return LookUp(id, ref connection, request, head);
    }

    /// <summary>The same behind a resolve.</summary>
    private void SendFailure(ConnectionId id, ref Connection connection, CannedResponse canned)
    {
        Request request = RequestOf(connection, out ReadOnlySpan<byte> head);
        SendError(id, ref connection, canned, request, head);
    }

    /// <summary>What the site adds to an answer that is no file, or to the page of an error.</summary>
    private ReadOnlySpan<byte> ExtraLines(ref Connection connection)
    {
        SetStatusLines(ref connection, isError: connection.Status >= 400);
        return connection.OriginLines is { } origin
            ? Join(StatusLinesOf(connection), origin)
            : StatusLinesOf(connection);
    }

    private void SetStatusLines(ref Connection connection, bool isError)
    {
        ReadOnlySpan<byte> path = _buffers.Path(connection.Buffer)[..connection.RequestPathLength];
        connection.StatusLines ??= _sites[connection.Site].StatusLinesOf(path, connection.HasPath, isError);
    }

    private static ReadOnlySpan<byte> StatusLinesOf(in Connection connection)
    {
        return connection.StatusLines!.For(connection.Grant == AccessGrant.Granted);
    }

    private ReadOnlySpan<byte> Join(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        first.CopyTo(_extraLines);
        second.CopyTo(_extraLines.AsSpan(first.Length));
        return _extraLines.AsSpan(0, first.Length + second.Length);
    }
}
