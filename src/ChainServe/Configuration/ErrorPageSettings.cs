namespace ChainServe.Configuration;

/// <summary>The bound form of <see cref="ErrorPage"/>.</summary>
internal sealed class ErrorPageSettings
{
    public int? Status { get; set; }

    public string? File { get; set; }

    internal ErrorPage ToPage()
    {
        var defaults = new ErrorPage();
        return new ErrorPage { Status = Status ?? defaults.Status, File = File ?? defaults.File };
    }
}
