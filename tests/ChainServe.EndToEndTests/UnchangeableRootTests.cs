using System.IO;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>A root on a file system that nobody can change (squashfs) is known for ever once it was looked at. What can
/// be reached from it and changes all the same must not be taken for a part of it.</summary>
public sealed class UnchangeableRootTests
{
    private const int OldLength = 5_000;
    private const int NewLength = 6_000;
    private const int Shift = 12_345;
    private const int Often = 20;

    [SkippableFact]
    public void AFileThatALinkLeadsOutToMayChange()
    {
        using var site = new TemporarySite();
        string elsewhere = site.WritePattern(Path.Combine(site.Base, "elsewhere.bin"), OldLength);
        File.CreateSymbolicLink(Path.Combine(site.Outside, "link.bin"), elsewhere);
        using Mount image = MountImage(site);

        // A young file is looked at again anyway.
        TemporarySite.WaitUntilFilesAreOld();
        using ServerProcess server = ServerProcess.Start(site, "--symlinks", "all", "--workers", "1");
        using var client = new RawClient(server);
        for (int round = 0; round < Often; round++)
        {
            FaultyDisk.RequireFile(client, "/link.bin", OldLength);
        }

        File.Move(site.WritePattern(elsewhere + ".new", NewLength, Shift), elsewhere, overwrite: true);
        Assert.True(
            SpinWait.SpinUntil(() => RequireVersion(client.Ask("/link.bin")) == NewLength, 30_000),
            "the new version is seen");
        server.Stop();
    }

    [SkippableFact]
    public void WhatIsMountedOverAPartOfItIsEnteredBehindAReload()
    {
        using var site = new TemporarySite();
        string staged = Directory.CreateDirectory(Path.Combine(site.Outside, "below")).FullName;
        site.WritePattern(Path.Combine(staged, "known.bin"), OldLength);
        site.WritePattern(Path.Combine(staged, "hot.bin"), OldLength);
        using Mount image = MountImage(site);
        using ServerProcess server = ServerProcess.Start(site, "--workers", "1");
        using var generations = new Generations(server);
        using var client = new RawClient(server);
        FaultyDisk.RequireFile(client, "/below/known.bin", OldLength);
        for (int round = 0; round < Often; round++)
        {
            FaultyDisk.RequireFile(client, "/below/hot.bin", OldLength);
        }

        using Mount cover = Mount.Memory(site.PathOf("below"), 1 << 20);
        string[] names = ["known.bin", "hot.bin", "fresh.bin"];
        foreach (string name in names)
        {
            site.WritePattern("below/" + name, NewLength, Shift);
        }

        for (int round = 0; round < Often; round++)
        {
            // What is in memory is what was there; nothing of the other tree is given for it.
            foreach (string name in names)
            {
                RawResponse response = client.Ask("/below/" + name);
                Assert.True(response.Status == 404 || RequireVersion(response) == OldLength, name);
            }
        }

        generations.Reload();
        generations.AwaitPredecessors();
        foreach (string name in names)
        {
            Assert.Equal(NewLength, RequireVersion(RawClient.Fetch(server, "/below/" + name)));
        }

        generations.Stop();
    }

    private static Mount MountImage(TemporarySite site)
    {
        Mount.SkipUnlessMachineIsOurs();
        string image = Path.Combine(site.Base, "image");
        string program = Machine.RequireProgram("mksquashfs");
        Assert.Equal(0, Machine.Run(program, site.Outside, image, "-quiet", "-no-progress"));
        return Mount.Image("squashfs", site.Root, image, "ro");
    }

    /// <returns>The length of the version that came, whole.</returns>
    private static int RequireVersion(RawResponse response)
    {
        Assert.Equal(200, response.Status);
        Assert.True(response.Body.Length is OldLength or NewLength, $"{response.Body.Length} bytes");
        Assert.True(
            Pattern.Matches(response.Body.Length == OldLength ? 0 : Shift, response.Body),
            $"{response.Body.Length} bytes of another version");
        return response.Body.Length;
    }
}
