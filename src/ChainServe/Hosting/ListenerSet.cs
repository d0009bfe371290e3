using System;

namespace ChainServe.Hosting;

/// <summary>The listening sockets of one worker, and how many accepts it has armed on each of them.</summary>
internal sealed class ListenerSet
{
    private const int ArmedMax = 64;

    /// <summary>The kernel wakes accepts in the order in which they were armed, whoever armed them: few of each worker
    /// at a time spread a few clients over all workers.</summary>
    private const int ArmedOnSharedMax = 2;

    private const int ArmedOnOneOfManyMin = 4;

    private readonly Listener[] _listeners;
    private readonly int[] _armed;
    private readonly int _wanted;
    private int _last;

    internal ListenerSet(Listener[] listeners)
    {
        _listeners = listeners;
        _armed = new int[listeners.Length];
        for (int index = 0; index < listeners.Length; index++)
        {
            _wanted += WantedOn(index);
        }
    }

    /// <summary>Accepts that wait for clients.</summary>
    internal int ArmedCount { get; private set; }

    /// <summary>Whether clients wait to be accepted.</summary>
    internal bool HasClients => Array.Exists(_listeners, static listener => listener.HasClients);

    /// <summary>Whether an accept is missing somewhere.</summary>
    internal bool WantsMore => ArmedCount < _wanted;

    /// <summary>Counts an accept on the next socket that misses one.</summary>
    /// <param name="index">Which one of the set it is; for <see cref="Disarm"/>.</param>
    /// <returns>Its descriptor.</returns>
    internal int Arm(out ushort index)
    {
        do
        {
            _last = _last + 1 < _listeners.Length ? _last + 1 : 0;
        }
        while (_armed[_last] >= WantedOn(_last));

        _armed[_last]++;
        ArmedCount++;
        index = (ushort)_last;
        return _listeners[_last].Descriptor;
    }

    /// <summary>An accept has ended.</summary>
    internal void Disarm(ushort index)
    {
        _armed[index]--;
        ArmedCount--;
    }

    /// <summary>Lets all of them go.</summary>
    internal void Release()
    {
        Array.ForEach(_listeners, static listener => listener.Release());
    }

    private int WantedOn(int index)
    {
        return _listeners[index].IsShared
            ? ArmedOnSharedMax
            : Math.Max(ArmedMax / _listeners.Length, ArmedOnOneOfManyMin);
    }
}
