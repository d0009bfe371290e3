namespace ChainServe.Configuration;

/// <summary>What the text of a setting must look like.</summary>
internal enum SettingKind : byte
{
    Text = 0,
    Whole = 1,
    Switch = 2,
    Level = 3,
}
