using System;
using System.IO;
using System.Linq;
using System.Text;
using ChainServe.Configuration;
using Xunit;

namespace ChainServe.Tests.Configuration;

/// <summary>Texts that are no texts, and numbers that are nearly numbers: what fuzzing has found.</summary>
public sealed class OddTextTests : IDisposable
{
    private const string Half = "chainserve.json: a text holds half of a letter (one \\u escape of a pair without the "
        + "other); write both.";

    private const string Twice =
        "chainserve.json: 'Port' is given twice (capitals do not count); remove one of the two.";

    private readonly ConfigurationFixture _fixture = new();

    public void Dispose()
    {
        _fixture.Dispose();
    }

    // RFC 8259 §8.2: an escape may be half of a surrogate pair.
    [Theory]
    [InlineData("""{ "Root": "\ud800" }""", Half)]
    [InlineData("""{ "\udc00": 1 }""", Half)]
    [InlineData("""{ "\ud800": 1, "Port": 1, "Port": 2 }""", Half)]
    [InlineData("{ \"Port\": 1, \"a\u00ff\": 2, \"Port\": 3 }", Twice)]
    public void AFileWithHalfALetterIsAnError(string text, string expected)
    {
        // One byte for each letter: above ASCII that is no UTF-8.
        File.WriteAllBytes(Path.Combine(_fixture.Directory, "chainserve.json"), Encoding.Latin1.GetBytes(text));
        Assert.Equal([expected], _fixture.Read().Errors);
    }

    [Fact]
    public void WhatIsGivenTwiceIsFoundInEveryEncodingThatIsRead()
    {
        File.WriteAllText(
            Path.Combine(_fixture.Directory, "chainserve.json"), """{ "Port": 1, "Port": 2 }""", Encoding.Unicode);
        Assert.Equal([Twice], _fixture.Read().Errors);
    }

    [Fact]
    public void NoKeyMakesTwoLinesOfAnError()
    {
        _fixture.WithFile("""{ "a\nb": 1, "Canned": { "\n1": { "Status": "x" } } }""");
        _fixture.WithVariable("CHAINSERVE_\u007f", "");
        string[] errors = [.. _fixture.Read("--port", "1", "--b\nc").Errors];
        Assert.True(errors.Length >= 4, string.Join('\n', errors));
        Assert.DoesNotContain(errors, error => error.Any(char.IsControl));
    }

    // .NET takes "8\0" for 8.
    [Theory]
    [InlineData("""{ "Port": "8\u0000" }""")]
    [InlineData("""{ "Port": " 8" }""")]
    [InlineData("""{ "Index": { "+0": "a" } }""")]
    [InlineData("""{ "Index": { "0\u0000": "a" } }""")]
    [InlineData("""
        { "Auth": [{ "Users": [{ "Name": "a", "Hash": "$pbkdf2-sha256$1000\u0000$YWE$YWFhYWFhYWFhYWFhYWFhYQ" }] }] }
        """)]
    public void ANumberIsDigitsAndNothingElse(string text)
    {
        Assert.Single(_fixture.WithFile(text).Read().Errors);
    }

    [Fact]
    public void AUserIsNoNumberWithSomethingBehindIt()
    {
        Assert.False(UserAccounts.TryFind("", "", "9\0", "7", out _, out _, out string? problem));
        Assert.Equal("there is no user '9?' in /etc/passwd; give another name, or a number.", problem);
    }
}
