using System;
using System.Collections.Generic;
using System.Text;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Http;
using ChainServe.Responses;

namespace ChainServe.Hosting;

// Listings of directories: opened as a file is, read and written by a job, and sent from memory. One that was made a
// moment ago answers again, and who asks for one that is being made waits for it.
internal sealed partial class ConnectionFlow
{
    private readonly ListingCache _listings = new(FreshMilliseconds);
    private readonly Dictionary<ListingKeys, ListingJob> _listingJobs = [];

    /// <summary>Opens the directory of the path; what it holds is read by a job.</summary>
    private bool StartListing(ConnectionId id, ref Connection connection, in Request request, ReadOnlySpan<byte> head)
    {
        connection.Listing = ListingQuery.Parse(QueryOf(request, head), AcceptMedia.PrefersJson(request, head));
        if (_listings.TryGet(ListingKeyOf(connection), _clock.NowMilliseconds, out CachedListing? listing))
        {
            return SendListing(id, ref connection, listing, request, head);
        }

        BeginLookUp(id, ref connection);
        connection.IsListing = true;
        Span<byte> path = _buffers.Path(connection.Buffer);
        int length = connection.RequestPathLength;
        if (length == 0)
        {
            path[length++] = (byte)'.';
        }

        path[length] = 0;
        connection.PathLength = (ushort)(length + 1);
        return StartResolve(id, ref connection);
    }

    /// <summary>The directory is open.</summary>
    private void ListDirectory(ConnectionId id, ref Connection connection)
    {
        ListingKeys key = ListingKeyOf(connection);
        if (_listings.TryGet(key, _clock.NowMilliseconds, out CachedListing? listing))
        {
            SendListing(id, ref connection, listing);
            return;
        }

        if (_listingJobs.TryGetValue(key, out ListingJob? running))
        {
            AwaitListing(id, ref connection, running);
            return;
        }

        ListingJob job = new ListingJob(
            connection.Descriptor, key, _sites[connection.Site], _options.Limits.ListingEntriesMax);
        if (!TryStartJob(id, ref connection, job))
        {
            SendFailure(id, ref connection, CannedResponses.Unavailable);
            return;
        }

        _listingJobs.Add(key, job);
    }

    /// <summary>It is being made already; as many may wait for it as might have jobs of their own.</summary>
    private void AwaitListing(ConnectionId id, ref Connection connection, ListingJob job)
    {
        if (job.Others.Count == JobQueue.OutstandingMax)
        {
            Counters.Pass(LimitKind.Jobs);
            SendFailure(id, ref connection, CannedResponses.Unavailable);
            return;
        }

        job.Others.Add(id);
        AwaitJob(id, ref connection);
    }

    private ListingKeys ListingKeyOf(in Connection connection)
    {
        ReadOnlySpan<byte> path = _buffers.Path(connection.Buffer)[..connection.RequestPathLength];
        return new ListingKeys(connection.Site, Encoding.UTF8.GetString(path), connection.Listing);
    }

    private void CompleteListing(ConnectionId id, ref Connection connection, ListingJob job)
    {
        // Of several who waited for it the first has put it there.
        long now = _clock.NowMilliseconds;
        if (_listings.TryGet(job.Key, now, out CachedListing? listing)
            || (listing = _listings.Add(job.Key, now, job.Listing!)) is not null)
        {
            SendListing(id, ref connection, listing);
        }
        else
        {
            SendFailure(id, ref connection, CannedResponses.Unavailable);
        }
    }

    private void SendListing(ConnectionId id, ref Connection connection, CachedListing listing)
    {
        Request request = RequestOf(connection, out ReadOnlySpan<byte> head);
        SendListing(id, ref connection, listing, request, head);
    }

    private bool SendListing(
        ConnectionId id,
        ref Connection connection,
        CachedListing listing,
        in Request request,
        ReadOnlySpan<byte> head)
    {
        connection.StatusLines = _sites[connection.Site].ListingLinesOf(
            _buffers.Path(connection.Buffer)[..connection.RequestPathLength]);
        listing.Users++;
        connection.SentListing = listing;
        bool keepsHead = SendCanned(id, ref connection, listing.Response.For(request, head));
        if (connection.Memory is null)
        {
            ReleaseMemory(ref connection);
        }

        return keepsHead;
    }
}
