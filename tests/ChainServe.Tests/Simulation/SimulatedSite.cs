using System;
using System.Collections.Generic;
using Uring.Abi;
using Uring.FakeKernel;

namespace ChainServe.Tests.Simulation;

/// <summary>What a simulation makes up: files, requests, faults.</summary>
internal static class SimulatedSite
{
    /// <summary>Small files, one that is missing at first, large ones, and an index.</summary>
    internal static readonly string[] Names = ["a", "b", "c", "none", "large1", "large2", "d/index.html"];

    internal static bool IsLarge(string name)
    {
        return name.StartsWith("large", StringComparison.Ordinal);
    }

    internal static byte[] Content(Random random, string name)
    {
        int[] edges = [0, 1, 65_535, 65_536];
        int length = IsLarge(name)
            ? random.Next(65_537, 300_000)
            : random.Next(8) == 0 ? edges[random.Next(edges.Length)] : random.Next(1, 3_000);
        byte[] content = new byte[length];
        random.NextBytes(content);
        return content;
    }

    internal static SimulatedRequest Request(Random random, List<string> tags)
    {
        bool closes = random.Next(6) == 0;
        string fields = "Host: a\r\n" + (closes ? "Connection: close\r\n" : "");
        switch (random.Next(20))
        {
            case 0:
                return new SimulatedRequest("", "GET / no request\r\n\r\n") { Expected = 400, Closes = true };
            case 1:
                return new SimulatedRequest("", $"GET /d HTTP/1.1\r\n{fields}\r\n") { Expected = 308, Closes = closes };
            case 2:
                return new SimulatedRequest("", $"GET /never HTTP/1.1\r\n{fields}\r\n") { Closes = closes };
            case 3:
                string body = $"DELETE /a HTTP/1.1\r\n{fields}Content-Length: 19\r\n\r\nGET / HTTP/1.1\r\n\r\n!";
                return new SimulatedRequest("", body) { Expected = 405, Closes = closes };
            default:
                return FileRequest(random, tags, fields, closes);
        }
    }

    internal static Fault? FaultFor(Random random, SubmissionQueueEntry entry)
    {
        int[] errors = entry.Opcode switch
        {
            Opcode.OpenAt2 => [Errno.EMFILE, Errno.EIO, Errno.EACCES, Errno.EAGAIN, Errno.ENOENT, Errno.ESTALE],
            Opcode.Read => [Errno.EIO, Errno.EAGAIN, Errno.EINTR],
            Opcode.Send or Opcode.SendMessage => [Errno.EPIPE, Errno.ECONNRESET, Errno.ENOBUFS],
            Opcode.Splice => [Errno.EIO, Errno.EPIPE, Errno.EAGAIN, Errno.EINVAL],
            Opcode.PollAdd => [Errno.ECANCELED],
            Opcode.Receive => [Errno.ECONNRESET, Errno.ENOBUFS, Errno.ETIMEDOUT],
            Opcode.Close => [Errno.EIO],
            Opcode.FilesUpdate => [Errno.ENOMEM],
            Opcode.Shutdown => [Errno.ENOTCONN],
            Opcode.Accept => [Errno.ENFILE, Errno.ECONNABORTED],
            _ => [],
        };
        if (errors.Length == 0)
        {
            return null;
        }

        bool moves = entry.Opcode is Opcode.Read or Opcode.Send or Opcode.Receive or Opcode.Splice;
        return moves && random.Next(2) == 0
            ? Fault.Limit(random.Next(0, (int)Math.Max(entry.Length, 50)))
            : Fault.Fail(errors[random.Next(errors.Length)]);
    }

    private static SimulatedRequest FileRequest(Random random, List<string> tags, string fields, bool closes)
    {
        string name = Names[random.Next(Names.Length)];
        string target = name == "d/index.html" && random.Next(2) == 0 ? "d/" : name;
        bool isHead = random.Next(6) == 0;
        bool hasRange = !isHead && random.Next(5) == 0;
        bool hasCondition = random.Next(6) == 0 && tags.Count > 0;
        int from = random.Next(0, 2_000);
        int to = from + random.Next(0, 100_000);
        fields += hasRange ? $"Range: bytes={from}-{to}\r\n" : "";
        fields += hasCondition ? $"If-None-Match: {tags[random.Next(tags.Count)]}\r\n" : "";
        string text = $"{(isHead ? "HEAD" : "GET")} /{target} HTTP/1.1\r\n{fields}\r\n";
        return new SimulatedRequest(name, text)
        {
            IsHead = isHead,
            HasRange = hasRange,
            HasCondition = hasCondition,
            From = from,
            To = to,
            Closes = closes,
        };
    }
}
