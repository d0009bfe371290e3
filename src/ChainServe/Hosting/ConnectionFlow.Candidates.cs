using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;

namespace ChainServe.Hosting;

// Which file answers:
// 1. the candidates in order (the file, its page with a clean address, or the index files of a directory), each from
// the facts at hand or by a resolve;
// 2. none: the page of an application, a directory's address with its slash, a listing;
// 3. none of these either: the page 404.html, and without it the canned one.
internal sealed partial class ConnectionFlow
{
    private void BeginLookUp(ConnectionId id, ref Connection connection)
    {
        CloseDescriptor(id, ref connection);
        connection.Attempts = 0;
        connection.Candidate = 0;
        connection.Coding = ContentCoding.Identity;
        connection.IsCold = false;
        connection.HasBodyInBuffer = false;
        connection.HasFoundDirectory = false;
        connection.NeedsDescriptor = false;
        connection.NeedsContent = false;
        connection.IsListing = false;
        connection.IsCandidateAllowed = false;
    }

    private bool LookUp(ConnectionId id, ref Connection connection, in Request request, ReadOnlySpan<byte> head)
    {
        do
        {
            Span<byte> path = _buffers.Path(connection.Buffer);
            int length = HasCandidate(connection) ? WriteCandidate(ref connection, path) : 0;
            if (length > 0)
            {
                connection.PathLength = (ushort)(length + 1);
                if (connection.ErrorStatus == 0 && IsHiddenCandidate(connection, path[..length]))
                {
                    continue;
                }

                if (!TryGetFreshFacts(connection, path[..length], out FileFacts? facts))
                {
                    return StartResolve(id, ref connection);
                }

                if (IsAnswer(ref connection, facts))
                {
                    return AnswerWith(id, ref connection, facts, request, head);
                }
            }
        }
        while (NextCandidate(ref connection));
        return AnswerWithoutFile(id, ref connection, request, head);
    }

    /// <summary>Whether an index page, or a page with a clean address, is hidden by its own name.</summary>
    private bool IsHiddenCandidate(in Connection connection, ReadOnlySpan<byte> path)
    {
        SiteRules rules = _sites[connection.Site].Rules;
        return !rules.IsEmpty && rules.Hides(Rooted(path));
    }

    private int WriteCandidate(ref Connection connection, Span<byte> path)
    {
        Site site = _sites[connection.Site];
        ReadOnlySpan<byte> page;
        if (connection.ErrorStatus != 0)
        {
            page = site.ErrorPageOf(connection.ErrorStatus);
        }
        else if (connection.Candidate < connection.CandidateCount)
        {
            return FileCandidates.Write(
                path[..connection.RequestPathLength], connection.Candidate, site.Candidates, path);
        }
        else
        {
            page = site.Application;
        }

        // Its name takes the place of the path.
        SetStatusLines(ref connection, isError: true);
        page.CopyTo(path);
        path[page.Length] = 0;
        return page.Length;
    }

    /// <summary>Moves on behind a candidate that is not there.</summary>
    /// <returns>False when there is none left.</returns>
    private static bool NextCandidate(ref Connection connection)
    {
        if (connection.ErrorStatus != 0)
        {
            return false;
        }

        // The attempts are those at one file.
        connection.Attempts = 0;
        connection.IsCandidateAllowed = false;
        connection.Candidate++;
        return HasCandidate(connection);
    }

    /// <summary>Whether there is a name to look up: a directory may have no index at all.</summary>
    private static bool HasCandidate(in Connection connection)
    {
        bool triesApplication = connection.TriesApplication && !connection.HasFoundDirectory;
        return connection.ErrorStatus != 0
            || connection.Candidate < connection.CandidateCount + (triesApplication ? 1 : 0);
    }

    private bool AnswerWithoutFile(
        ConnectionId id,
        ref Connection connection,
        in Request request,
        ReadOnlySpan<byte> head)
    {
        if (connection.ErrorStatus != 0)
        {
            return SendCanned(id, ref connection, connection.ErrorAnswer!);
        }

        if (connection.HasFoundDirectory)
        {
            return SendRedirect(id, ref connection, request, head);
        }

        return connection.IsDirectoryRequest && !connection.TriesApplication && _sites[connection.Site].Lists
            ? StartListing(id, ref connection, request, head)
            : SendError(id, ref connection, CannedResponses.NotFound, request, head);
    }

    private static bool IsAnswer(ref Connection connection, FileFacts facts)
    {
        switch (facts.Kind)
        {
            case FileKind.Regular:
                return true;
            case FileKind.Directory when connection.ErrorStatus == 0
                && !connection.IsDirectoryRequest
                && connection.Candidate < connection.CandidateCount:
                // A page of the same name comes first: /about is about.html before it is about/.
                connection.HasFoundDirectory = true;
                return connection.CandidateCount == 1;
            case FileKind.Forbidden:
                return connection.ErrorStatus == 0;
            default:
                return false;
        }
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
                return MaySend(id, ref connection, facts, request, head, out bool keepsHead)
                    ? AnswerWithFile(id, ref connection, facts, request, head)
                    : keepsHead;
            case FileKind.Directory:
                return SendRedirect(id, ref connection, request, head);
            default:
                return SendError(id, ref connection, CannedResponses.Forbidden, request, head);
        }
    }
}
