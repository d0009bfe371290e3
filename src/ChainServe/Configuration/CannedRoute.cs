namespace ChainServe.Configuration;

/// <summary>A fixed response for one exact path, prepared once at start.</summary>
internal sealed record CannedRoute
{
    /// <summary>The absolute path of the request target, without a query: <c>/healthz</c>.</summary>
    public string Path { get; init; } = "";

    public int Status { get; init; } = 200;

    public string ContentType { get; init; } = "text/plain; charset=utf-8";

    /// <summary>Sent as UTF-8.</summary>
    public string Body { get; init; } = "";
}
