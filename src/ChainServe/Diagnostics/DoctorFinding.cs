namespace ChainServe.Diagnostics;

/// <summary>How serious a finding is.</summary>
internal enum DoctorVerdict : byte
{
    Ok = 0,

    /// <summary>It serves, but not as well as it could.</summary>
    Note = 1,

    /// <summary>It cannot serve.</summary>
    Problem = 2,
}

/// <summary>One line of the doctor.</summary>
internal sealed record DoctorFinding(DoctorVerdict Verdict, string Name, string Text);
