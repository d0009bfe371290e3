namespace ChainServe.EndToEndTests.Harness;

/// <summary>What a program that has ended left behind.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error);
