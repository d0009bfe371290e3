using System.Globalization;
using ChainServe.Responses;

namespace ChainServe.Hosting;

/// <summary>Reads a directory and writes its listing.</summary>
internal sealed class ListingJob : Job
{
    private const string PageFields = $"Content-Security-Policy: {ListingPage.ContentSecurityPolicy}\r\n";

    private readonly int _descriptor;
    private readonly string _path;
    private readonly Site _site;
    private readonly ListingQuery _query;
    private readonly int _entriesMax;

    /// <param name="descriptor">Of the directory; open until the job has ended.</param>
    /// <param name="path">Of the directory, decoded, relative to the root.</param>
    /// <param name="site">Whose directory it is.</param>
    /// <param name="query">In which form and order.</param>
    /// <param name="entriesMax">Those beyond are counted only.</param>
    internal ListingJob(int descriptor, string path, Site site, ListingQuery query, int entriesMax)
    {
        _descriptor = descriptor;
        _path = path;
        _site = site;
        _query = query;
        _entriesMax = entriesMax;
    }

    internal CannedResponse? Listing { get; private set; }

    protected override void Work()
    {
        string directory = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_descriptor}/");
        DirectoryContent content = DirectoryReader.Read(directory, _path, _site, _entriesMax);
        Listing = _query.IsJson
            ? new CannedResponse(
                200, "application/json; charset=utf-8", ListingJson.Write(_path, content, _query))
            : new CannedResponse(
                200, "text/html; charset=utf-8", ListingPage.Write(_path, content, _query), PageFields);
    }

}
