using System.Diagnostics;
using System.IO;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>Starts a program as a shell does in a window.</summary>
internal static class Terminal
{
    // Another process has the other end of the terminal as long as the file is there, and none of the streams.
    private const string Script = """
        use strict; use warnings; use POSIX (); use Fcntl;
        my $file = shift @ARGV;
        sysopen(my $window, "/dev/ptmx", O_RDWR | O_NOCTTY) or die "ptmx: $!";
        my $number = pack "i", 0;
        ioctl($window, 0x40045431, $number) or die "TIOCSPTLCK: $!";
        ioctl($window, 0x80045430, $number) or die "TIOCGPTN: $!";
        defined(my $child = fork) or die "fork: $!";
        if ($child == 0) {
            POSIX::close($_) for 0..2;
            select(undef, undef, undef, 0.05) while -e $file;
            POSIX::_exit(0);
        }
        close $window;
        POSIX::setsid() >= 0 or die "setsid: $!";
        sysopen(my $terminal, "/dev/pts/" . unpack("i", $number), O_RDWR) or die "terminal: $!";
        exec @ARGV or die "exec: $!";
        """;

    /// <summary>Gives the program a terminal, of which it is the first process.</summary>
    /// <param name="start">The program.</param>
    /// <param name="file">The terminal is gone when this is: it is made here.</param>
    internal static void RunOnTerminal(this ProcessStartInfo start, string file)
    {
        Skip.IfNot(File.Exists("/dev/ptmx") && Directory.Exists("/dev/pts"), "there are no terminals here");
        File.WriteAllText(file, "");
        start.RunUnder(Machine.RequireProgram("perl"), "-e", Script, file);
    }
}
