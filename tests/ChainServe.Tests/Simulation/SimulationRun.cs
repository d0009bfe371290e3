using System;
using System.Collections.Generic;
using ChainServe.Chains;
using ChainServe.Configuration;
using Uring.Abi;
using Uring.FakeKernel;

namespace ChainServe.Tests.Simulation;

/// <summary>
/// One seed: clients that ask in pieces, read slowly or leave, files that change between any two steps of a chain, and,
/// in two of three runs, errors of disk and network.
/// </summary>
internal sealed class SimulationRun : IDisposable
{
    private const int Actions = 80;
    private const int ClientsMax = 12;

    // Room for one large file and a few small ones: copies are made, used and evicted all the time.
    private const int CopiesBytes = 512 * 1024;

    private readonly Random _random;
    private readonly FakeServer _server;
    private readonly SiteOracle _oracle;
    private readonly List<SimulatedClient> _clients = [];
    private readonly List<string> _tags = [];
    private readonly bool _hasFaults;
    private readonly bool _hasRoom;
    private readonly int _faultPerMille;

    private SimulationRun(int seed, bool keepsCopies)
    {
        _random = new Random(seed);
        _hasFaults = _random.Next(3) > 0;
        _faultPerMille = _hasFaults ? _random.Next(5, 80) : 0;
        ServerOptions options = FakeServer.Quick(cannedBytes: keepsCopies ? CopiesBytes : 0);
        _hasRoom = _random.Next(2) == 0;
        _server = new FakeServer(options, connections: _hasRoom ? ClientsMax + 2 : _random.Next(2, ClientsMax));
        _oracle = new SiteOracle(() => _server.Kernel.NowNanoseconds / 1_000_000, keepsCopies);
        for (int index = 0; index < SimulatedSite.Names.Length; index++)
        {
            string name = SimulatedSite.Names[index];
            byte[]? content = name == "none" ? null : SimulatedSite.Content(_random, name);
            _oracle.Set(name, content);
            if (content is not null)
            {
                _server.Write(name, content);
            }
        }
    }

    /// <returns>What went wrong: nothing, when the server is right.</returns>
    internal static string? Play(int seed, bool keepsCopies)
    {
        using SimulationRun run = new SimulationRun(seed, keepsCopies);
        return run.Play();
    }

    public void Dispose()
    {
        _server.Dispose();
    }

    private string? Play()
    {
        _server.Faults.Issuing = Meddle;
        for (int action = 0; action < Actions; action++)
        {
            Act();
        }

        _server.Faults.Issuing = null;
        foreach (SimulatedClient client in _clients)
        {
            client.Send(int.MaxValue);
            client.Client.ReadsByItself = true;
            client.Client.Receive();
        }

        _server.RunUntilQuiet();
        _server.Pass(100);
        foreach (SimulatedClient client in _clients)
        {
            if (client.Judge(_hasFaults) is { } fault)
            {
                return $"{fault} ({_clients.Count} clients, faults {_faultPerMille} ‰)";
            }
        }

        _server.End();
        return null;
    }

    private void Act()
    {
        int choice = _random.Next(100);
        if (choice < 20 && _clients.Count < ClientsMax)
        {
            Connect();
        }
        else if (choice < 65 && _clients.Count > 0)
        {
            Talk(_clients[_random.Next(_clients.Count)]);
        }
        else if (choice < 75)
        {
            ChangeFile();
        }
        else if (choice < 95)
        {
            _server.RunUntilQuiet();
        }
        else
        {
            PassTime();
        }
    }

    private void Connect()
    {
        SimulatedClient client = new SimulatedClient(_server.Connect(), _oracle) { IsPolite = _hasRoom };
        if (_random.Next(4) == 0)
        {
            client.IsPolite = false;
            client.Client.ReadsByItself = false;
            client.Client.ServerSendBufferLength = _random.Next(1, 50_000);
        }

        _clients.Add(client);
    }

    private void Talk(SimulatedClient client)
    {
        if (client.MayAsk)
        {
            client.Ask(SimulatedSite.Request(_random, _tags));
        }

        client.Send(_random.Next(3) == 0 ? _random.Next(1, 60) : int.MaxValue);
        client.Client.Receive(_random.Next(100_000));
        CollectTags(client);
        if (_random.Next(15) == 0)
        {
            client.Leave(_random.Next(3));
        }
    }

    private void PassTime()
    {
        // A slow server is no fault, but those who wait for a slot meanwhile may meet a deadline.
        foreach (SimulatedClient client in _clients)
        {
            client.IsPolite = false;
        }

        _server.Pass(_random.Next(1, 2_500));
    }

    private void CollectTags(SimulatedClient client)
    {
        string text = client.Client.ReceivedText;
        int start = text.LastIndexOf("ETag: ", StringComparison.Ordinal);
        int end = start < 0 ? -1 : text.IndexOf('\r', start);
        if (end > 0)
        {
            _tags.Add(text[(start + 6)..end]);
        }
    }

    private void ChangeFile()
    {
        string name = SimulatedSite.Names[_random.Next(SimulatedSite.Names.Length)];
        byte[]? current = _oracle.Current(name);
        if (_random.Next(4) == 0 && current is not null)
        {
            _server.Files.Delete($"{FakeServer.Root}/{name}");
            _oracle.Set(name, null);
            return;
        }

        byte[] content = SimulatedSite.Content(_random, name);
        if (current is not null && _random.Next(2) == 0)
        {
            content = new byte[current.Length];
            _random.NextBytes(content);
        }

        // A large file that is written over while it is sent has no version that could be right.
        bool inPlace = _random.Next(2) == 0 && !SimulatedSite.IsLarge(name) && current is not null;
        if (inPlace)
        {
            _server.Files.WriteFile($"{FakeServer.Root}/{name}", content);
        }
        else
        {
            _server.Replace(name, content);
        }

        _oracle.Set(name, content);
    }

    private Fault? Meddle(SubmissionQueueEntry entry)
    {
        if (new UserData(entry.UserData).Kind == ChainKind.Wake)
        {
            return null;
        }

        if (_random.Next(40) == 0)
        {
            ChangeFile();
        }

        if (_clients.Count > 0 && _random.Next(300) == 0)
        {
            _clients[_random.Next(_clients.Count)].Leave(0);
        }

        return _random.Next(1000) < _faultPerMille ? SimulatedSite.FaultFor(_random, entry) : null;
    }
}
