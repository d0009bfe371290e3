using System;
using System.Collections.Generic;
using ChainServe.Chains;
using Uring.Abi;
using Uring.FakeKernel;

namespace ChainServe.Tests.Simulation;

/// <summary>
/// One seed: clients that ask in pieces, pipeline, read slowly or leave; files that change between any two steps of a
/// chain; errors of disk and network, disks that stall, a log that nobody reads; a stop at the end, or at any entry.
/// </summary>
internal sealed partial class SimulationRun : IDisposable
{
    private const int Actions = 60;

    private readonly Dice _dice;
    private readonly SimulationPlan _plan;
    private readonly SimulationMarks _marks;
    private readonly FakeServer _server;
    private readonly SimulatedTree _tree;
    private readonly SiteOracle _oracle;
    private readonly RequestMaker _requests;
    private readonly SimulatedFaults _faults;
    private readonly List<SimulatedClient> _clients = [];
    private int _entries;
    private int _idleActions;

    private SimulationRun(int seed, SimulationMarks marks)
    {
        _dice = new Dice(seed);
        _plan = SimulationPlan.Of(_dice);
        _marks = marks;
        _server = new FakeServer(
            _plan.Options, _plan.Connections, _plan.PipeLengthMax, _plan.Logs, supportsNoWait: _plan.SupportsNoWait);
        _tree = new SimulatedTree(_server, _dice, _plan.HasSiblings, hasTrouble: _plan.DiskPerMille > 0);
        _oracle = new SiteOracle(_tree, _plan);
        _requests = new RequestMaker(_dice, _tree, _oracle);
        _faults = new SimulatedFaults(_dice, _plan);
    }

    /// <param name="seed">Everything else follows from it.</param>
    /// <param name="marks">Gets what the run has met.</param>
    /// <returns>What went wrong: nothing, when the server is right.</returns>
    internal static string? Play(int seed, SimulationMarks marks)
    {
        using SimulationRun run = new SimulationRun(seed, marks);
        string? fault = run.Play();
        return fault is null ? null : $"{fault}\n{run._plan}";
    }

    public void Dispose()
    {
        _server.Dispose();
    }

    private string? Play()
    {
        _server.Faults.Issuing = Meddle;
        _server.Kernel.TellingStatus = MeddleWithStatus;
        for (int action = 0; action < Actions && !_server.Breaks; action++)
        {
            Act();
            if (Observe() is { } fault)
            {
                return fault;
            }
        }

        return _server.Breaks ? EndEarly() : EndAtRest();
    }

    private string? Observe()
    {
        foreach (SimulatedClient client in _clients)
        {
            if (client.Observe() is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private void Act()
    {
        int choice = _dice.Next(100);
        if (choice < 15 && _clients.Count < _plan.ClientsMax)
        {
            Connect();
        }
        else if (choice < 60 && _clients.Count > 0)
        {
            Talk(_dice.Pick(_clients));
        }
        else if (choice < 68)
        {
            ChangeFile();
        }
        else if (choice < 90)
        {
            _server.RunUntilQuiet();
        }
        else
        {
            PassTime();
        }
    }

    private void ChangeFile()
    {
        if (!_plan.IsImmutable)
        {
            _tree.Change();
        }
    }

    private void Connect()
    {
        SimulatedClient client = new SimulatedClient(_server.Connect(), _tree, _oracle, _plan)
        {
            Received = _marks.Add,
        };
        if (_plan.HasSlowReaders && _dice.OneIn(3))
        {
            client.IsPolite = false;
            client.Client.ReadsByItself = false;
            client.Client.ServerSendBufferLength = _dice.Next(1, 50_000);
            client.Client.ReadBytesPerMillisecond = _dice.OneIn(2) ? _dice.Next(1, 100) : 0;
            client.NeverReads = _dice.OneIn(3);
        }

        _clients.Add(client);
    }

    private void Talk(SimulatedClient client)
    {
        while (client.MayAsk && _dice.OneIn(2))
        {
            client.Ask(_requests.Next());
        }

        client.Send(_dice.OneIn(3) ? _dice.Next(1, 60) : int.MaxValue);
        client.Client.Receive(client.NeverReads ? 0 : _dice.Next(100_000));
        if (_plan.ClientsLeave && _dice.OneIn(15))
        {
            client.Leave(_dice.Next(3));
        }
    }

    private void PassTime()
    {
        // Most of it is short, so that most clients stay; now and then whatever has a deadline meets it.
        int milliseconds = _dice.Next(_dice.Pick([600, 600, 2_500, 9_000]));
        foreach (SimulatedClient client in _clients)
        {
            client.Wait(milliseconds);
        }

        _server.Pass(milliseconds);
        if (_dice.OneIn(2))
        {
            Rush();
        }
    }

    /// <summary>Many ask for one file at once, when what is known of it has become old.</summary>
    private void Rush()
    {
        string name = _requests.PickName();
        foreach (SimulatedClient client in _clients)
        {
            if (client.MayAsk && !client.NeverReads)
            {
                client.Ask(_requests.Next(name));
                client.Send(int.MaxValue);
            }
        }
    }

    private Fault? Meddle(SubmissionQueueEntry entry)
    {
        UserData data = new UserData(entry.UserData);
        if (data.Kind == ChainKind.Wake)
        {
            return null;
        }

        _marks.Add(data);
        if (++_entries == _plan.EntriesUntilStop)
        {
            _server.Worker.RequestStop();
            _server.Breaks = true;
        }

        if (_dice.Hits(_plan.ChangePerMille))
        {
            ChangeFile();
        }

        if (_clients.Count > 0 && _dice.OneIn(100))
        {
            // The world does not wait for a turn to end.
            SimulatedClient client = _dice.Pick(_clients);
            client.Send(_dice.Next(1, 200));
            if (_plan.ClientsLeave && _dice.OneIn(4))
            {
                client.Leave(0);
            }
        }

        return _faults.Find(entry);
    }

    private int MeddleWithStatus()
    {
        if (_dice.Hits(_plan.ChangePerMille))
        {
            ChangeFile();
        }

        return _faults.FindStatus();
    }
}
