namespace ChainServe.Configuration;

/// <summary>The bound form of <see cref="TimeoutsOptions"/>.</summary>
internal sealed class TimeoutsSettings
{
    public int? HeadMilliseconds { get; set; }

    public int? KeepAliveMilliseconds { get; set; }

    public int? SendMilliseconds { get; set; }

    public int? GraceMilliseconds { get; set; }

    public int? DrainMilliseconds { get; set; }

    internal TimeoutsOptions ToOptions()
    {
        var defaults = new TimeoutsOptions();
        return new TimeoutsOptions
        {
            HeadMilliseconds = HeadMilliseconds ?? defaults.HeadMilliseconds,
            KeepAliveMilliseconds = KeepAliveMilliseconds ?? defaults.KeepAliveMilliseconds,
            SendMilliseconds = SendMilliseconds ?? defaults.SendMilliseconds,
            GraceMilliseconds = GraceMilliseconds ?? defaults.GraceMilliseconds,
            DrainMilliseconds = DrainMilliseconds ?? defaults.DrainMilliseconds,
        };
    }
}
