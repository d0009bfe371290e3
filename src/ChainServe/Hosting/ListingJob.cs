using System.Collections.Generic;
using System.Globalization;
using ChainServe.Chains;
using ChainServe.Files;
using ChainServe.Responses;

namespace ChainServe.Hosting;

/// <summary>Reads a directory and writes its listing.</summary>
internal sealed class ListingJob : Job
{
    private const string PageFields = $"Content-Security-Policy: {ListingPage.ContentSecurityPolicy}\r\n";

    private readonly int _descriptor;
    private readonly Site _site;
    private readonly int _entriesMax;

    /// <param name="descriptor">Of the directory; open until the job has ended.</param>
    /// <param name="key">What is listed, and in which form and order.</param>
    /// <param name="site">Whose directory it is.</param>
    /// <param name="entriesMax">Those beyond are counted only.</param>
    internal ListingJob(int descriptor, in ListingKeys key, Site site, int entriesMax)
    {
        _descriptor = descriptor;
        Key = key;
        _site = site;
        _entriesMax = entriesMax;
    }

    internal ListingKeys Key { get; }

    /// <summary>Connections that wait for it too.</summary>
    internal List<ConnectionId> Others { get; } = [];

    internal CannedResponse? Listing { get; private set; }

    protected override void Work()
    {
        string directory = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_descriptor}/");
        Write(DirectoryReader.Read(directory, Key.Path, _site, _entriesMax));
    }

    /// <summary>The part of the work behind the read.</summary>
    internal void Write(DirectoryContent content)
    {
        bool hasTag = _site.Tags != TagSource.None;
        Listing = Key.Query.IsJson
            ? CannedResponse.WithConditions(
                200, "application/json; charset=utf-8", ListingJson.Write(Key.Path, content, Key.Query), hasTag)
            : CannedResponse.WithConditions(
                200, "text/html; charset=utf-8", ListingPage.Write(Key.Path, content, Key.Query), hasTag, PageFields);
    }
}
