using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>Everything that a server said on one connection, until it ended the connection.</summary>
internal sealed class Conversation
{
    private Conversation(List<RawResponse> responses)
    {
        Responses = responses;
    }

    internal IReadOnlyList<RawResponse> Responses { get; }

    /// <summary>The statuses in their order: "200 400".</summary>
    internal string Statuses => string.Join(' ', Responses.Select(response => response.Status));

    /// <summary>Sends everything, and reads responses until the server ends the connection: a server that leaves it
    /// open makes this time out, and a byte that belongs to no response is an error.</summary>
    /// <param name="server">The server.</param>
    /// <param name="bytes">One byte for each letter.</param>
    /// <param name="endsSending">Whether the client closes its half behind them.</param>
    internal static Conversation Hold(ServerProcess server, string bytes, bool endsSending = false)
    {
        using var client = new RawClient(server);
        client.Send(bytes);
        if (endsSending)
        {
            client.ShutdownSend();
        }

        using var received = new MemoryStream();
        client.ReadToEnd((_, piece) => received.Write(piece), out bool isReset);
        if (isReset)
        {
            throw new IOException("the connection ended with a reset");
        }

        return new Conversation(Parse(Encoding.Latin1.GetString(received.ToArray())));
    }

    private static List<RawResponse> Parse(string text)
    {
        List<RawResponse> responses = [];
        while (text.Length > 0)
        {
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            if (end < 4)
            {
                throw new InvalidDataException($"bytes behind the last response: {text}");
            }

            RawResponse response = RawResponse.Parse(text[..end]);
            int length = response.Status is 204 or 304 ? 0 : (int)response.ContentLength!.Value;
            response.Body = Encoding.Latin1.GetBytes(text[end..(end + length)]);
            text = text[(end + length)..];
            responses.Add(response);
        }

        return responses;
    }
}
