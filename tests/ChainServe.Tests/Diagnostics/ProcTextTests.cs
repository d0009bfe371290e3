using ChainServe.Diagnostics;
using Xunit;

namespace ChainServe.Tests.Diagnostics;

public sealed class ProcTextTests
{
    private const string Status =
        "Name:\tcat\nUmask:\t0022\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n"
        + "Speculation_Store_Bypass:\tvulnerable\n";

    private const string Limits = """
        Limit                     Soft Limit           Hard Limit           Units     
        Max cpu time              unlimited            unlimited            seconds   
        Max open files            1024                 524288               files     
        Max locked memory         8388608              unlimited            bytes     
        Max nice priority         0                    0                    

        """;

    private const string MountInfo = """
        24 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
        25 24 0:21 / /tmp rw,nosuid - tmpfs tmpfs rw,size=8192k
        26 24 0:22 / /srv ro,nosuid shared:5 master:2 propagate_from:1 - xfs /dev/sdb1 rw
        27 24 0:23 / /srv\040two rw - btrfs /dev/sdc1 ro
        28 24 0:24 / /over rw - overlay overlay rw,lowerdir=/a
        29 28 0:25 / /over rw - nfs4 host:/x rw
        broken line
        """;

    [Theory]
    [InlineData("Seccomp", 2)]
    [InlineData("Seccomp_filters", 1)]
    [InlineData("Speculation_Store_Bypass", null)]
    [InlineData("Missing", null)]
    public void AStatusLineHasANumber(string name, int? number)
    {
        Assert.Equal(number, ProcText.ParseStatusNumber(Status, name));
    }

    [Theory]
    [InlineData("0\n", 0)]
    [InlineData("2", 2)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("-1", null)]
    public void ASysctlHoldsOneNumber(string? text, int? number)
    {
        Assert.Equal(number, ProcText.ParseNumber(text));
    }

    [Theory]
    [InlineData("Max open files", 1024L, 524288L)]
    [InlineData("Max locked memory", 8388608L, null)]
    [InlineData("Max cpu time", null, null)]
    public void ALimitHasASoftAndAHardValue(string name, long? soft, long? hard)
    {
        Assert.Equal(new ResourceLimit(soft, hard), ProcText.ParseLimit(Limits, name));
    }

    [Fact]
    public void ALimitThatIsNotThereIsNull()
    {
        Assert.Null(ProcText.ParseLimit(Limits, "Max wishes"));
        Assert.Null(ProcText.ParseLimit("Max open files  many  more", "Max open files"));
    }

    [Theory]
    [InlineData("/srv two/www", "btrfs", "ro", true)]
    [InlineData("/srv two/www", "btrfs", "rw", false)]
    [InlineData("/srv two/www", "nfs4", "ro", false)]
    [InlineData("/srv two/www", "overlay", "ro", false)]
    [InlineData("/", "btrfs", "ro", false)]
    public void OnlyAFileSystemThatNobodyCanWriteIsUnchangeable(string path, string type, string option, bool expected)
    {
        // The mount below the root counts too, and so does who else may write: a read-only mount of a writable file
        // system, or a network's, is changed by others.
        string mounts = $"24 1 8:1 / / rw - ext4 /dev/sda1 ro\n27 24 0:23 / /srv\\040two rw - {type} none {option}";
        Assert.Equal(expected, MountPoint.IsUnchangeable(mounts, path));
    }

    [Theory]
    [InlineData("/srv two/www", "nfs4", true)]
    [InlineData("/srv two/www", "fuse.sshfs", true)]
    [InlineData("/srv two", "fuse", true)]
    [InlineData("/srv two/www", "ext4", false)]
    [InlineData("/srv two/www", "overlay", false)]
    [InlineData("/srv two/www", "fusectl", false)]
    [InlineData("/srv", "nfs4", false)]
    [InlineData("/", "nfs4", true)]
    public void ATreeIsRemoteWhenSomeOfItIs(string path, string type, bool expected)
    {
        string mounts = $"24 1 8:1 / / rw - ext4 /dev/sda1 rw\n27 24 0:23 / /srv\\040two rw - {type} none rw";
        Assert.Equal(expected, MountPoint.IsRemote(mounts, path));
    }

    [Theory]
    [InlineData("/", "/", "ext4", false)]
    [InlineData("/home/www", "/", "ext4", false)]
    [InlineData("/tmp", "/tmp", "tmpfs", false)]
    [InlineData("/tmpfile", "/", "ext4", false)]
    [InlineData("/srv/www", "/srv", "xfs", false)]
    [InlineData("/srv two/www", "/srv two", "btrfs", true)]
    [InlineData("/over/www", "/over", "nfs4", false)]
    public void TheMountOfAPathIsTheLongestAndLatest(string path, string mount, string type, bool isReadOnly)
    {
        Assert.Equal(new MountPoint(mount, type, isReadOnly), MountPoint.Find(MountInfo, path));
    }

    [Fact]
    public void AnEmptyMountTableHasNoMount()
    {
        Assert.Null(MountPoint.Find("", "/srv"));
    }

    [Theory]
    [InlineData("6.18.44-fc", "6.18")]
    [InlineData("6.1.0-18-amd64", "6.1")]
    [InlineData("5.14.0-427.el9.x86_64", "5.14")]
    [InlineData("7.0", "7.0")]
    [InlineData("6.1-rc3", "6.1")]
    [InlineData("6", null)]
    [InlineData("linux", null)]
    [InlineData("6.x", null)]
    [InlineData("", null)]
    public void AReleaseBeginsWithTwoNumbers(string release, string? version)
    {
        Assert.Equal(version, KernelRelease.Parse(release)?.ToString());
    }

    [Theory]
    [InlineData(16384, 1_048_576, 16384)]
    [InlineData(16384, 20_000, 9872)]
    [InlineData(16384, 1024, 384)]
    [InlineData(16384, 200, 0)]
    public void TheConnectionsOfAWorkerFitIntoItsOpenFiles(int wanted, long openFiles, int fitting)
    {
        Assert.Equal(fitting, OpenFilesBudget.ConnectionsThatFit(wanted, openFiles));
    }
}
