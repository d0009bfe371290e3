namespace Uring.Kernel;

/// <summary>Flags of descriptors that another process has made or will take over (<c>fcntl(2)</c>).</summary>
public static class DescriptorFlags
{
    private const int SetDescriptorFlags = 2;
    private const int GetStatusFlags = 3;
    private const int SetStatusFlags = 4;
    private const int CloseOnExec = 1;
    private const int NonBlocking = 0x800;

    /// <summary>Whether a program that is started keeps the descriptor (<c>FD_CLOEXEC</c>).</summary>
    /// <param name="fileDescriptor">An open descriptor.</param>
    /// <param name="isInherited">Kept, or closed.</param>
    /// <returns>0 or -errno: EBADF.</returns>
    public static int SetInherited(int fileDescriptor, bool isInherited)
    {
        return LinuxKernel.Control(fileDescriptor, SetDescriptorFlags, isInherited ? 0 : CloseOnExec);
    }

    /// <summary>Takes <c>O_NONBLOCK</c> away, with which an operation of a ring that would have to wait answers EAGAIN
    /// instead. For every process that shares what the descriptor stands for.</summary>
    /// <param name="fileDescriptor">An open descriptor.</param>
    /// <returns>0 or -errno: EBADF.</returns>
    public static int SetBlocking(int fileDescriptor)
    {
        int flags = LinuxKernel.Control(fileDescriptor, GetStatusFlags, 0);
        if (flags < 0 || (flags & NonBlocking) == 0)
        {
            return flags < 0 ? flags : 0;
        }

        return LinuxKernel.Control(fileDescriptor, SetStatusFlags, flags & ~NonBlocking);
    }
}
