using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>A thread that exchanges pairs of names as fast as the kernel does, so that there is no moment without
/// either.</summary>
internal sealed partial class NameSwapper : IDisposable
{
    private const int CurrentDirectory = -100;
    private const uint Exchange = 2;

    private readonly IReadOnlyList<(string One, string Other)> _pairs;
    private readonly Task _task;
    private volatile bool _isStopped;

    internal NameSwapper(IReadOnlyList<(string One, string Other)> pairs)
    {
        _pairs = pairs;
        _task = Task.Factory.StartNew(Run, TaskCreationOptions.LongRunning);
    }

    /// <summary>How often a pair was exchanged.</summary>
    internal long Swaps { get; private set; }

    public void Dispose()
    {
        _isStopped = true;
        _task.GetAwaiter().GetResult();
    }

    private void Run()
    {
        while (!_isStopped)
        {
            foreach ((string one, string other) in _pairs)
            {
                if (RenameAt(CurrentDirectory, one, CurrentDirectory, other, Exchange) != 0)
                {
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                }

                Swaps++;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt(int oldFolder, string oldName, int newFolder, string newName, uint flags);
}
