using System;
using System.Collections.Generic;
using System.Linq;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Tests.Simulation;
using Uring.FakeKernel;

namespace ChainServe.Tests.Chains;

/// <summary>A request that is answered by one kind of chain, and how a worker gets ready for it.</summary>
internal sealed class FaultScenario
{
    internal const int SmallLength = 1000;

    /// <summary>Three chunk chains: two of four whole chunks, and one with a short last chunk.</summary>
    internal const int LargeLength = (9 * 65536) + 100;

    private static readonly Dictionary<string, byte[]> Golden = [];

    private static readonly FaultScenario[] All =
    [
        new("checked file", ChainKind.CheckedFile, typeof(CheckedFileChain.Step), "/small.txt", Warm),
        new("whole file", ChainKind.File, typeof(FileChain.Step), "/small.txt", Warm) { Immutable = true },
        new("checked range", ChainKind.CheckedFile, typeof(CheckedFileChain.Step), "/small.txt", Warm)
        {
            Fields = "Range: bytes=10-209\r\n",
        },
        new("resolve", ChainKind.Resolve, typeof(ResolveChain.Step), "/small.txt", _ => { }),
        new("chunks", ChainKind.Chunk, typeof(ChunkChain.Step), "/large.bin", _ => { }) { PipeLength = 0 },

        // A body of one chain may end the connection with it; a longer one ends with a drain.
        new("one chain of chunks", ChainKind.Chunk, typeof(ChunkChain.Step), "/large.bin", _ => { })
        {
            Fields = "Range: bytes=0-199999\r\n",
            PipeLength = 0,
        },

        // Nine whole pipes and a short one.
        new("splices", ChainKind.Splice, typeof(SpliceChain.Step), "/large.bin", _ => { }) { PipeLength = 65536 },
        new("gates of splices", ChainKind.Gate, typeof(GateChain.Step), "/large.bin", _ => { }) { PipeLength = 65536 },
        new("one splice", ChainKind.Splice, typeof(SpliceChain.Step), "/large.bin", _ => { })
        {
            Fields = "Range: bytes=100-100099\r\n",
        },
        new("splices of one chain's bytes", ChainKind.Splice, typeof(SpliceChain.Step), "/large.bin", _ => { })
        {
            Fields = "Range: bytes=0-199999\r\n",
            PipeLength = 65536,
        },
        new("several ranges", ChainKind.Chunk, typeof(ChunkChain.Step), "/large.bin", _ => { })
        {
            Fields = "Range: bytes=10-1009, 300000-301999, 500000-500000\r\n",
        },
        new("many pieces", ChainKind.Chunk, typeof(ChunkChain.Step), "/large.bin", _ => { })
        {
            Fields = "Range: bytes=10-150000, 200000-350000, 400000-500000\r\n",
        },
        new("hot file", ChainKind.Canned, typeof(CannedChain.Step), "/hot.bin", server =>
        {
            server.Get("/hot.bin");
            server.Get("/hot.bin");
            server.Get("/hot.bin");
        })
        {
            CannedBytes = 1 << 20,
        },
        new("canned", ChainKind.Canned, typeof(CannedChain.Step), "/missing", server => server.Get("/missing")),
        new("accept", ChainKind.Accept, typeof(AcceptChain.Step), "/small.txt", Warm),
        new("receive", ChainKind.Receive, typeof(ReceiveChain.Step), "/small.txt", Warm),
    ];

    private readonly Type _steps;
    private readonly string _target;
    private readonly Action<FakeServer> _prepare;

    private FaultScenario(string name, ChainKind kind, Type steps, string target, Action<FakeServer> prepare)
    {
        Name = name;
        Kind = kind;
        _steps = steps;
        _target = target;
        _prepare = prepare;
    }

    internal string Name { get; }

    internal ChainKind Kind { get; }

    private bool Immutable { get; init; }

    private string Fields { get; init; } = "";

    private int CannedBytes { get; init; }

    private int PipeLength { get; init; } = PipePool.PipeLength;

    internal static byte[] Small { get; } = Content(SmallLength, 7);

    internal static byte[] Large { get; } = Content(LargeLength, 11);

    internal static FaultScenario Named(string name)
    {
        return All.Single(scenario => scenario.Name == name);
    }

    internal byte Step(string name)
    {
        return (byte)Enum.Parse(_steps, name);
    }

    internal string Request(bool ends)
    {
        return $"GET {_target} HTTP/1.1\r\nHost: a\r\n{Fields}{(ends ? "Connection: close\r\n" : "")}\r\n";
    }

    /// <summary>A worker for which the next such request goes through this chain.</summary>
    internal FakeServer Start(int connections = 8)
    {
        ServerOptions options = FakeServer.Quick(Immutable, CannedBytes);
        FakeServer server = new FakeServer(options, connections, PipeLength);
        server.Write("small.txt", Small);
        server.Write("other.txt", Content(500, 3));
        server.Write("large.bin", Large);
        server.Write("hot.bin", Content(20_000, 5));
        _prepare(server);
        return server;
    }

    /// <summary>What a client gets when nothing fails, with the date taken out.</summary>
    internal byte[] Expected(bool ends)
    {
        string key = $"{Name} {ends}";
        lock (Golden)
        {
            if (!Golden.TryGetValue(key, out byte[]? bytes))
            {
                using FakeServer server = Start();
                FakeClient client = server.Connect(Request(ends));
                server.RunUntilQuiet();
                bytes = client.ReceivedBytes;
                Golden[key] = bytes;
            }

            return bytes;
        }
    }

    private static void Warm(FakeServer server)
    {
        server.Get("/small.txt");
    }

    private static byte[] Content(int length, int seed)
    {
        byte[] content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }
}
