namespace ChainServe.Configuration;

/// <summary>The bound form of <see cref="MimeTypeRule"/>.</summary>
internal sealed class MimeTypeSettings
{
    public string? Extension { get; set; }

    public string? Type { get; set; }

    internal MimeTypeRule ToRule()
    {
        var defaults = new MimeTypeRule();
        return new MimeTypeRule { Extension = Extension ?? defaults.Extension, Type = Type ?? defaults.Type };
    }
}
