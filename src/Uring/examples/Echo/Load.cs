using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace Uring.Examples;

/// <summary>The life of a connection; the user data of an entry is one of these and the slot.</summary>
internal enum Step
{
    Accept = 0,
    Receive = 1,
    Send = 2,
    Close = 3,
}

/// <summary>What an echo server needs beside the ring: a listener, the order of the steps, and, in the self-driving
/// mode, clients that check every byte and count system calls.</summary>
/// <remarks>--loop single|batch|chain, --clients N (default 0: serve for ever), --port P (default: any).</remarks>
internal sealed class Load : IDisposable
{
    private const int ClientsAtATime = 250;

    private readonly Socket _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Thread? _thread;
    private int _echoed;

    internal Load(string[] arguments)
    {
        Loop = Option(arguments, "--loop", "chain");
        int clients = int.Parse(Option(arguments, "--clients", "0"), CultureInfo.InvariantCulture);
        int port = int.Parse(Option(arguments, "--port", "0"), CultureInfo.InvariantCulture);
        Clients = clients > 0 ? clients : long.MaxValue;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(1024);
        Console.WriteLine($"{Loop}: {_listener.LocalEndPoint}");
        if (clients > 0)
        {
            _thread = new Thread(() => Run(clients)) { IsBackground = true };
            _thread.Start();
        }
    }

    /// <summary>single, batch or chain.</summary>
    internal string Loop { get; }

    /// <summary>How many clients there will be.</summary>
    internal long Clients { get; }

    /// <summary>Connections that were closed.</summary>
    internal long Served { get; private set; }

    /// <summary>Descriptor of the listening socket.</summary>
    internal int Listener => (int)_listener.Handle;

    /// <summary>One by one, or as many as gather within the time limit.</summary>
    internal uint CompletionsToWaitFor => Loop switch { "single" => 1, "batch" => 64, _ => 96 };

    public void Dispose()
    {
        _thread?.Join();
        _listener.Dispose();
    }

    internal static ulong Tag(Step step, uint slot)
    {
        return ((ulong)step << 32) | slot;
    }

    /// <summary>A step that failed leads to the close; a failed accept to the next one.</summary>
    internal Step StepAfter(Step step, int result)
    {
        Served += step == Step.Close ? 1 : 0;
        return step switch
        {
            Step.Accept => result < 0 ? Step.Accept : Step.Receive,
            Step.Receive => result > 0 ? Step.Send : Step.Close,
            Step.Send => Step.Close,
            _ => Step.Accept,
        };
    }

    internal void Print(long enters)
    {
        _thread?.Join();
        double perThousand = 1000.0 * enters / Clients;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Loop}: {_echoed} of {Clients} clients echoed, {perThousand:F0} io_uring_enter per 1,000 clients"));
    }

    private static string Option(string[] arguments, string name, string fallback)
    {
        int index = Array.IndexOf(arguments, name);
        return index >= 0 && index + 1 < arguments.Length ? arguments[index + 1] : fallback;
    }

    private void Run(int clients)
    {
        for (int first = 0; first < clients; first += ClientsAtATime)
        {
            Socket[] sockets = new Socket[Math.Min(ClientsAtATime, clients - first)];
            for (int index = 0; index < sockets.Length; index++)
            {
                sockets[index] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets[index].Connect(_listener.LocalEndPoint!);
                sockets[index].Send(Encoding.ASCII.GetBytes($"client {first + index}"));
            }

            byte[] answer = new byte[64];
            for (int index = 0; index < sockets.Length; index++)
            {
                int length = sockets[index].Receive(answer);
                bool same = Encoding.ASCII.GetString(answer, 0, length) == $"client {first + index}";
                _echoed += same && sockets[index].Receive(answer) == 0 ? 1 : 0;
                sockets[index].Dispose();
            }
        }
    }
}
