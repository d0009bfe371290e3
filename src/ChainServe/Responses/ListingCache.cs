using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace ChainServe.Responses;

/// <summary>
/// The listings of one worker. One that was made a moment ago answers again, as facts do; and together they take only
/// so much memory, however slowly their clients read.
/// </summary>
internal sealed class ListingCache
{
    /// <summary>Bytes of listings that are kept or being sent.</summary>
    internal const long BytesMax = 64 * 1024 * 1024;

    private const int KeptMax = 16;

    private readonly List<Entry> _entries = [];
    private readonly long _freshMilliseconds;

    /// <param name="freshMilliseconds">A listing is told of for so long.</param>
    internal ListingCache(long freshMilliseconds)
    {
        _freshMilliseconds = freshMilliseconds;
    }

    /// <summary>Of all that are kept or being sent.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Finds a fresh listing, and drops those that are not.</summary>
    /// <param name="key">Of the listing.</param>
    /// <param name="nowMilliseconds">On the worker's clock.</param>
    /// <param name="listing">It.</param>
    internal bool TryGet(
        in ListingKeys key,
        long nowMilliseconds,
        [NotNullWhen(true)] out CachedListing? listing)
    {
        listing = null;
        for (int index = _entries.Count - 1; index >= 0; index--)
        {
            if (nowMilliseconds - _entries[index].MadeAt >= _freshMilliseconds)
            {
                Drop(index);
            }
            else if (_entries[index].Key == key)
            {
                listing = _entries[index].Listing;
            }
        }

        return listing is not null;
    }

    /// <summary>Keeps a listing that was just made.</summary>
    /// <returns>Null when there is no room until some client has read on.</returns>
    internal CachedListing? Add(in ListingKeys key, long nowMilliseconds, CannedResponse response)
    {
        // Those that nobody reads make room first.
        TryGet(key, nowMilliseconds, out _);
        long bytesMax = BytesMax - response.Body.Length;
        while (_entries.Count > 0 && (_entries.Count >= KeptMax || Bytes > bytesMax))
        {
            Drop(0);
        }

        if (Bytes > bytesMax)
        {
            return null;
        }

        CachedListing listing = new(response) { IsKept = true };
        Bytes += response.Body.Length;
        _entries.Add(new Entry(key, nowMilliseconds, listing));
        return listing;
    }

    /// <summary>A response has come to its end.</summary>
    internal void Release(CachedListing listing)
    {
        listing.Users--;
        Forget(listing);
    }

    private void Drop(int index)
    {
        CachedListing listing = _entries[index].Listing;
        _entries.RemoveAt(index);
        listing.IsKept = false;
        Forget(listing);
    }

    private void Forget(CachedListing listing)
    {
        if (!listing.IsKept && listing.Users == 0)
        {
            Bytes -= listing.Response.Body.Length;
        }
    }

    private sealed record Entry(ListingKeys Key, long MadeAt, CachedListing Listing);
}

/// <summary>What a listing is of.</summary>
/// <param name="Site">Number of the site.</param>
/// <param name="Path">Of the directory.</param>
/// <param name="Query">In which form and order.</param>
internal readonly record struct ListingKeys(int Site, string Path, ListingQuery Query);

/// <summary>A listing that several clients may be reading.</summary>
internal sealed class CachedListing
{
    internal CachedListing(CannedResponse response)
    {
        Response = response;
    }

    internal CannedResponse Response { get; }

    /// <summary>Responses that are sent from it.</summary>
    internal int Users { get; set; }

    /// <summary>The cache still gives it away.</summary>
    internal bool IsKept { get; set; }
}
