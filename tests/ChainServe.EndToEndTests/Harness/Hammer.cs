using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>Clients that ask without a pause for /file.bin and /long.bin, files of <see cref="Pattern"/>: half of them
/// on a connection for each request, half of them on one that they keep until the server says that it ends.</summary>
internal sealed class Hammer : IDisposable
{
    private const int ClientCount = 8;
    private const int PatienceMilliseconds = 60_000;

    private readonly ServerProcess _server;
    private readonly List<Thread> _threads = [];
    private readonly List<string> _faults = [];
    private volatile bool _isStopping;
    private int _answers;

    internal Hammer(ServerProcess server)
    {
        _server = server;
        for (int client = 0; client < ClientCount; client++)
        {
            bool keeps = client % 2 == 0;
            var thread = new Thread(() => Run(keeps)) { IsBackground = true };
            thread.Start();
            _threads.Add(thread);
        }
    }

    /// <summary>What went wrong, a line each; empty when every answer was whole and right.</summary>
    internal string Faults
    {
        get
        {
            lock (_faults)
            {
                return string.Join('\n', _faults);
            }
        }
    }

    /// <summary>Waits for this many answers more.</summary>
    internal void AwaitMore(int count)
    {
        int until = Volatile.Read(ref _answers) + count;
        Assert.True(
            SpinWait.SpinUntil(() => Volatile.Read(ref _answers) >= until, PatienceMilliseconds),
            $"the clients are answered: {Faults}");
    }

    internal void Stop()
    {
        _isStopping = true;
        _threads.ForEach(thread => thread.Join());
    }

    public void Dispose()
    {
        Stop();
    }

    private void Run(bool keeps)
    {
        while (!_isStopping)
        {
            string step = "connecting";
            try
            {
                using var client = new RawClient(_server);
                for (bool goesOn = true; goesOn && !_isStopping; goesOn = keeps && goesOn)
                {
                    step = "asking";
                    string target = _answers % 4 == 0 ? "/long.bin" : "/file.bin";
                    int length = target == "/long.bin" ? 200_000 : 10_000;
                    RawResponse response = client.Ask(target, fields: keeps ? "" : "Connection: close\r\n");
                    bool isRight = response.Status == 200
                        && response.Body.Length == length
                        && Pattern.Matches(0, response.Body);
                    if (!isRight)
                    {
                        Fault($"{target}: {response.Status}, {response.Body.Length} bytes");
                    }

                    Interlocked.Increment(ref _answers);
                    goesOn = !response.Closes;
                    step = "ending";
                    if (!goesOn)
                    {
                        client.RequireEnd();
                    }
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException or InvalidDataException)
            {
                Fault($"{step}, {(keeps ? "kept" : "once")}: {exception.Message}");
            }
        }
    }

    private void Fault(string line)
    {
        lock (_faults)
        {
            if (_faults.Count < 20)
            {
                _faults.Add(line);
            }
        }
    }
}
