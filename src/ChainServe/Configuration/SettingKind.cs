namespace ChainServe.Configuration;

/// <summary>What the text of a setting must look like.</summary>
internal enum SettingKind : byte
{
    Text = 0,
    Whole = 1,
    Switch = 2,

    /// <summary>One of a few words.</summary>
    Choice = 3,
}
