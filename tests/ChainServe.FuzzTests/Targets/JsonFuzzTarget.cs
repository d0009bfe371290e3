using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using ChainServe.Configuration;
using ChainServe.FuzzTests.Engine;

namespace ChainServe.FuzzTests.Targets;

/// <summary>The file of a configuration. What is no JSON, or no object, is an error; numbers and texts are those that
/// another reader of JSON finds.</summary>
internal sealed class JsonFuzzTarget : FuzzTarget
{
    private static readonly JsonDocumentOptions Lenient =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly ConfigurationOracle _oracle = new();

    public JsonFuzzTarget()
        : base("json")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "false", "0", "-1", "1e3", "65536", "\\u0000", "\\n",
        "\\ud800", "//x\n", "/*", "\"a\":1", "\"Port\":80,", "\"Hosts\":[{\"Host\":\"a\"}],", "\"\"", "\"/\"", "\"/*\"",
        "\"*\"", "\"0\":", "\"Host\":{\"a\":1},", "\"Index\":\"a\",", "\"index\":[],", "\uFEFF", "\"..\"", "\"X: y\"",
        "\"Set\":{\"X\":\"y\"}", "\"Users\":[{\"Name\":\"a\",\"Hash\":\"$2b$10$\"}]", "\"https://a/:splat\"",
        .. SettingKeys.All.SelectMany(static setting => setting.Key.Split(':')).Where(static name => name != "*")
            .Distinct().Select(static name => $"\"{name}\":"),
    ];

    public override string Separators => ",:{}[]\n";

    public override int LengthMax => 1500;

    public override int CutPeriod => 97;

    public override long DefaultInputs => 300;

    public override bool Check(ReadOnlySpan<byte> input)
    {
        ConfigurationResult result = _oracle.ReadFile(input);
        bool isValid = _oracle.Check(result);
        byte[] text = (input.StartsWith("\uFEFF"u8) ? input[3..] : input).ToArray();
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Lenient);
            bool isObject = document.RootElement.ValueKind == JsonValueKind.Object;
            Require.True(isObject || !isValid, "a configuration is an object");
            if (isValid)
            {
                CheckValues(document.RootElement, result.Options);
            }
        }
        catch (JsonException)
        {
            Require.True(!isValid, "a configuration is JSON");
        }

        return isValid;
    }

    private static void CheckValues(JsonElement root, ServerOptions options)
    {
        if (root.TryGetProperty("Port", out JsonElement port) && port.ValueKind == JsonValueKind.Number)
        {
            Require.Equal(port.GetInt32(), options.Port, "the port");
        }

        if (root.TryGetProperty("Spa", out JsonElement page) && page.ValueKind == JsonValueKind.String)
        {
            Require.Equal(page.GetString()!, options.Spa, "the page of the application");
        }

        if (root.TryGetProperty("Redirects", out JsonElement rules) && rules.ValueKind == JsonValueKind.Array)
        {
            // An entry without anything in it is none.
            int count = rules.EnumerateArray().Count();
            Require.True(options.Redirects.Length <= count, "no more redirects than there are");
        }
    }
}
