namespace ChainServe.Configuration;

/// <summary>The bound form of <see cref="LimitsOptions"/>.</summary>
internal sealed class LimitsSettings
{
    public int? ConnectionsPerWorker { get; set; }

    public int? ConnectionsPerAddress { get; set; }

    public int? RequestsPerConnection { get; set; }

    public int? SendBytesPerSecondMin { get; set; }

    public int? RequestLineBytesMax { get; set; }

    public int? HeadBytesMax { get; set; }

    public int? HeaderCountMax { get; set; }

    public int? BodyBytesDiscardedMax { get; set; }

    public int? FactsPerWorker { get; set; }

    public int? CannedBytesPerWorker { get; set; }

    public int? CannedFileBytesMax { get; set; }

    public int? RangesMax { get; set; }

    public int? CompressBytesMax { get; set; }

    public int? ListingEntriesMax { get; set; }

    internal LimitsOptions ToOptions()
    {
        var defaults = new LimitsOptions();
        return new LimitsOptions
        {
            ConnectionsPerWorker = ConnectionsPerWorker ?? defaults.ConnectionsPerWorker,
            ConnectionsPerAddress = ConnectionsPerAddress ?? defaults.ConnectionsPerAddress,
            RequestsPerConnection = RequestsPerConnection ?? defaults.RequestsPerConnection,
            SendBytesPerSecondMin = SendBytesPerSecondMin ?? defaults.SendBytesPerSecondMin,
            RequestLineBytesMax = RequestLineBytesMax ?? defaults.RequestLineBytesMax,
            HeadBytesMax = HeadBytesMax ?? defaults.HeadBytesMax,
            HeaderCountMax = HeaderCountMax ?? defaults.HeaderCountMax,
            BodyBytesDiscardedMax = BodyBytesDiscardedMax ?? defaults.BodyBytesDiscardedMax,
            FactsPerWorker = FactsPerWorker ?? defaults.FactsPerWorker,
            CannedBytesPerWorker = CannedBytesPerWorker ?? defaults.CannedBytesPerWorker,
            CannedFileBytesMax = CannedFileBytesMax ?? defaults.CannedFileBytesMax,
            RangesMax = RangesMax ?? defaults.RangesMax,
            CompressBytesMax = CompressBytesMax ?? defaults.CompressBytesMax,
            ListingEntriesMax = ListingEntriesMax ?? defaults.ListingEntriesMax,
        };
    }
}
