namespace ChainServe.Http;

/// <summary>What a client said of the codings that the server knows. Eight bytes, so that a connection keeps it.
/// </summary>
internal readonly struct AcceptedCodings
{
    private readonly short _identity;
    private readonly short _gzip;
    private readonly short _zstd;
    private readonly short _brotli;

    private AcceptedCodings(int identity, int gzip, int zstd, int brotli, bool isIdentityRefused)
    {
        _identity = (short)(isIdentityRefused ? -1 : identity);
        _gzip = (short)gzip;
        _zstd = (short)zstd;
        _brotli = (short)brotli;
    }

    /// <summary>Whether the file as it is was excluded, by name or by "*;q=0".</summary>
    public bool IsIdentityRefused => _identity < 0;

    /// <summary>In thousandths. 0 for a coding that is not acceptable, and for no coding at all when nobody named it:
    /// it
    /// is acceptable then, but whatever was named comes first.</summary>
    public int QualityOf(ContentCoding coding)
    {
        return coding switch
        {
            ContentCoding.Gzip => _gzip,
            ContentCoding.Zstd => _zstd,
            ContentCoding.Brotli => _brotli,
            _ => _identity < 0 ? 0 : _identity,
        };
    }

    /// <summary>Collects what the field says; what it does not say is null.</summary>
    internal ref struct Builder
    {
        public int? Identity;
        public int? Gzip;
        public int? Zstd;
        public int? Brotli;

        /// <summary>The weight of "*".</summary>
        public int? Others;

        public readonly AcceptedCodings Build()
        {
            int others = Others ?? 0;
            return new AcceptedCodings(
                Identity ?? 0,
                Gzip ?? others,
                Zstd ?? others,
                Brotli ?? others,
                isIdentityRefused: (Identity ?? Others) == 0);
        }
    }
}
