using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>Starts a program as a service manager does that has opened its sockets (man sd_listen_fds(3)).</summary>
internal static class SocketPassing
{
    // Each word before "--" makes a socket: its kind (tcp, nonblocking, idle, datagram), and its path if it is a Unix
    // one. They are copied out of the way first, so that none is overwritten before it has its number.
    private const string Script = """
        use strict; use warnings; use Socket; use POSIX (); use Fcntl;
        my @sockets;
        while ((my $word = shift @ARGV) ne "--") {
            my ($kind, $path) = split /=/, $word;
            my $type = $kind eq "datagram" ? SOCK_DGRAM : SOCK_STREAM;
            socket(my $socket, $path ? PF_UNIX : PF_INET, $type, 0) or die "socket: $!";
            bind($socket, $path ? pack_sockaddr_un($path) : pack_sockaddr_in(0, INADDR_LOOPBACK)) or die "bind: $!";
            listen($socket, 512) or die "listen: $!" if $type == SOCK_STREAM && $kind ne "idle";
            fcntl($socket, F_SETFL, O_RDWR | O_NONBLOCK) or die "fcntl: $!" if $kind eq "nonblocking";
            push @sockets, $socket;
        }
        my @copies = map { fcntl($_, F_DUPFD, 100) or die "fcntl: $!" } @sockets;
        my $next = 3;
        POSIX::dup2($_, $next++) or die "dup2: $!" for @copies;
        POSIX::close($_) for @copies;
        @ENV{"LISTEN_PID", "LISTEN_FDS"} = ($$, scalar @sockets);
        exec @ARGV or die "exec: $!";
        """;

    /// <summary>Puts the making of sockets before the start of a program.</summary>
    internal static void PassSockets(this ProcessStartInfo start, params string[] kinds)
    {
        start.RunUnder(Machine.RequireProgram("perl"), ["-e", Script, .. kinds, "--"]);
    }

    /// <summary>Puts a command before that of the program, which the command ends with.</summary>
    internal static void RunUnder(this ProcessStartInfo start, string command, params string[] arguments)
    {
        List<string> program = [start.FileName, .. start.ArgumentList];
        start.FileName = command;
        start.ArgumentList.Clear();
        foreach (string argument in arguments.Concat(program))
        {
            start.ArgumentList.Add(argument);
        }
    }
}
