using System;
using System.Collections.Generic;
using Uring;
using Uring.Kernel;
using Uring.Registered;

namespace ChainServe.Connections;

/// <summary>
/// The pipes that the long bodies of one worker are spliced through, and the connections that wait for one, first come,
/// first served. A pipe is lent for one chain, which never waits for a client, so that few pipes serve any number of
/// clients, and bound how many kernel workers splice at a time. Where no pipe can be made there is none, and bodies are
/// read and sent.
/// </summary>
internal sealed class PipePool : IDisposable
{
    /// <summary>Measured: docs/decisions/0007-gated-splice.md.</summary>
    internal const int CountMax = 4;

    /// <summary>What an unprivileged user may have (fs.pipe-max-size), in bytes.</summary>
    internal const int PipeLength = 1024 * 1024;

    private readonly IKernel _kernel;
    private readonly Pipe?[] _pipes = new Pipe?[CountMax];
    private readonly Stack<int> _free = new Stack<int>(CountMax);
    private readonly int[] _emptying = new int[CountMax];
    private readonly Queue<int> _waiting;

    private PipePool(IKernel kernel, int sink, int connections)
    {
        _kernel = kernel;
        Sink = sink;
        _waiting = new Queue<int>(connections);
    }

    /// <summary>Pipes that there are, lent or not.</summary>
    internal int Count { get; private set; }

    /// <summary>Descriptor that swallows what a broken chain left in a pipe.</summary>
    internal int Sink { get; }

    /// <summary>Pipes that the kernel is emptying.</summary>
    internal int EmptyingCount { get; private set; }

    internal bool HasFree => _free.Count > 0;

    /// <summary>Whether a connection waits for a pipe.</summary>
    internal bool HasWaiting => _waiting.Count > 0;

    internal Pipe this[int pipe] => _pipes[pipe]!;

    internal static PipePool Create(IKernel kernel, int connections)
    {
        int sink = kernel.OpenSink();
        PipePool pool = new PipePool(kernel, sink, connections);
        for (int pipe = 0; sink >= 0 && pipe < CountMax && pool.TryMake(pipe); pipe++)
        {
            pool.Count++;
            pool._free.Push(pipe);
        }

        return pool;
    }

    /// <summary>Lends a pipe that is empty.</summary>
    internal bool TryTake(out int pipe)
    {
        return _free.TryPop(out pipe);
    }

    /// <summary>Takes an empty pipe back.</summary>
    internal void Return(int pipe)
    {
        Invariant.Require(_free.Count < Count, "a pipe is given back once");
        _free.Push(pipe);
    }

    /// <summary>Notes that the kernel empties a pipe before it can be lent again.</summary>
    /// <param name="pipe">The pipe.</param>
    /// <param name="bytes">Bytes that are in it.</param>
    internal void BeginEmptying(int pipe, int bytes)
    {
        _emptying[pipe] = bytes;
        EmptyingCount++;
    }

    /// <summary>Takes back a pipe that the kernel has emptied; one that is not certainly empty is made anew.</summary>
    /// <param name="pipe">The pipe.</param>
    /// <param name="result">Bytes that went into the sink, or -errno.</param>
    internal void EndEmptying(int pipe, int result)
    {
        EmptyingCount--;
        if (result != _emptying[pipe])
        {
            _pipes[pipe]!.Dispose();
            if (!TryMake(pipe))
            {
                Count--;
                return;
            }
        }

        Return(pipe);
    }

    /// <summary>Puts a connection at the end of the queue.</summary>
    internal void Wait(int slot)
    {
        _waiting.Enqueue(slot);
    }

    /// <summary>Takes the connection that has waited longest out of the queue.</summary>
    internal int TakeWaiting()
    {
        return _waiting.Dequeue();
    }

    /// <summary>Takes all out of the queue at once.</summary>
    internal void StopWaiting()
    {
        _waiting.Clear();
    }

    /// <summary>Closes what no chain uses. A pipe whose splice waits for a disk is locked, so that its close would wait
    /// too.</summary>
    internal void Abandon()
    {
        while (_free.TryPop(out int pipe))
        {
            _pipes[pipe]!.Dispose();
        }

        if (EmptyingCount == 0)
        {
            CloseSink();
        }
    }

    /// <summary>Closes the pipes. No splice uses them any more.</summary>
    public void Dispose()
    {
        foreach (Pipe? pipe in _pipes)
        {
            pipe?.Dispose();
        }

        CloseSink();
    }

    private void CloseSink()
    {
        if (Sink >= 0)
        {
            _kernel.Close(Sink);
        }
    }

    private bool TryMake(int pipe)
    {
        try
        {
            _pipes[pipe] = Pipe.Create(_kernel, PipeLength);
            return true;
        }
        catch (RingException)
        {
            // No descriptors or memory: fewer pipes are slower, and none is another way.
            _pipes[pipe] = null;
            return false;
        }
    }
}
