using ChainServe.Responses;
using Xunit;

namespace ChainServe.Tests.Responses;

public sealed class ListingCacheTests
{
    private const int Fresh = 1_000;

    private readonly ListingCache _cache = new(Fresh);

    private static ListingKeys Key(string path, bool isJson = false)
    {
        return new ListingKeys(0, path, new ListingQuery(isJson, ListingKey.Name, IsDescending: false));
    }

    private static CannedResponse Listing(int length)
    {
        return new CannedResponse(200, "text/html", new byte[length]);
    }

    [Fact]
    public void AListingAnswersAgainForASecond()
    {
        CachedListing? made = _cache.Add(Key("a/"), 5, Listing(10));
        Assert.True(_cache.TryGet(Key("a/"), 5 + Fresh - 1, out CachedListing? found));
        Assert.Same(made, found);
        Assert.False(_cache.TryGet(Key("a/", isJson: true), 6, out _));
        Assert.False(_cache.TryGet(Key("b/"), 6, out _));
        Assert.False(_cache.TryGet(Key("a/"), 5 + Fresh, out _));
        Assert.Equal(0, _cache.Bytes);
    }

    [Fact]
    public void WhatIsBeingSentCountsUntilItIsThroughAndNoLonger()
    {
        CachedListing listing = _cache.Add(Key("a/"), 0, Listing(10))!;
        listing.Users = 2;
        _cache.TryGet(Key("a/"), Fresh, out _);
        Assert.Equal(10, _cache.Bytes);
        _cache.Release(listing);
        Assert.Equal(10, _cache.Bytes);
        _cache.Release(listing);
        Assert.Equal(0, _cache.Bytes);
    }

    [Fact]
    public void SlowClientsDoNotMakeListingsTakeAllMemory()
    {
        const int Length = 16 * 1024 * 1024;
        CachedListing? last = null;
        for (int number = 0; number < 4; number++)
        {
            last = _cache.Add(Key($"{number}/"), 0, Listing(Length));
            last!.Users = 1;
        }

        Assert.Equal(ListingCache.BytesMax, _cache.Bytes);
        Assert.Null(_cache.Add(Key("more/"), 0, Listing(1)));
        _cache.Release(last!);
        Assert.NotNull(_cache.Add(Key("more/"), 0, Listing(1)));
        Assert.Equal(ListingCache.BytesMax - Length + 1, _cache.Bytes);
    }

    [Fact]
    public void OldListingsMakeRoomForNewOnes()
    {
        for (int number = 0; number < 100; number++)
        {
            Assert.NotNull(_cache.Add(Key($"{number}/"), 0, Listing(10 * 1024 * 1024)));
        }

        Assert.True(_cache.Bytes <= ListingCache.BytesMax);
        Assert.True(_cache.TryGet(Key("99/"), 0, out _));
        Assert.False(_cache.TryGet(Key("0/"), 0, out _));
    }
}
