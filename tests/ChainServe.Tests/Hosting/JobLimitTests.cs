using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ChainServe.Configuration;
using ChainServe.Hosting;
using ChainServe.Tests.Simulation;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Work off the ring is bounded, and whoever needs none of it does not notice.</summary>
public sealed class JobLimitTests
{
    // 4 is the cheapest bcrypt.
    private static readonly AuthUser Ann = new() { Name = "ann", Hash = BCrypt.Net.BCrypt.HashPassword("pw", 4) };

    private static readonly AuthRule Rule = new() { Path = "/private", Users = [Ann] };

    [Fact]
    public void PasswordsTakeOnlyAPartOfTheJobs()
    {
        JobQueue queue = new(static () => { }, static job => job.Run());
        Authenticator authenticator = new([Rule]);
        PasswordJob Password() => new(authenticator, authenticator.RuleOf("/private"u8)!, "ann"u8, "x"u8, 0);
        for (int job = 0; job < JobQueue.PasswordsMax; job++)
        {
            Assert.True(queue.TryStart(Password()));
        }

        Assert.False(queue.TryStart(Password()));
        for (int job = JobQueue.PasswordsMax; job < JobQueue.OutstandingMax; job++)
        {
            Assert.True(queue.TryStart(new NoJob()));
        }

        Assert.False(queue.TryStart(new NoJob()));
        Assert.True(queue.TryTake(out Job? ended));
        Assert.IsType<PasswordJob>(ended);
        Assert.True(queue.TryStart(Password()));
        Assert.False(queue.TryStart(Password()));
    }

    [Fact]
    public void AStalledDiskTakesOnlyAPartOfTheJobs()
    {
        JobQueue queue = new(static () => { }, static job => job.Run());
        for (int job = 0; job < JobQueue.RemoteMax; job++)
        {
            Assert.True(queue.TryStart(new NoJob { IsRemote = true }));
        }

        Assert.False(queue.TryStart(new NoJob { IsRemote = true }));
        Assert.True(queue.TryStart(new NoJob()));
        Assert.True(queue.TryTake(out _));
        Assert.True(queue.TryStart(new NoJob { IsRemote = true }));
    }

    /// <summary>The runtime says so with an exception, on the worker's thread.</summary>
    [Fact]
    public void AThreadThatTheSystemRefusesIsOneJobTooMany()
    {
        bool isRefused = true;
        JobQueue queue = new(
            static () => { },
            run: null,
            run =>
            {
                if (isRefused)
                {
                    throw new InsufficientMemoryException();
                }

                run();
            });
        for (int job = 0; job <= JobQueue.OutstandingMax; job++)
        {
            Assert.False(queue.TryStart(new NoJob { IsRemote = true }));
        }

        isRefused = false;
        for (int job = 0; job < JobQueue.RemoteMax; job++)
        {
            Assert.True(queue.TryStart(new NoJob { IsRemote = true }));
        }

        Assert.True(queue.TryTake(out _));
    }

    [Fact]
    public void WhoGuessesPasswordsIsToldToWaitAndNobodyElse()
    {
        using FakeServer server = new(FakeServer.Quick() with { Auth = [Rule] }, connections: 64);
        server.Write("open.txt", "open"u8.ToArray());
        List<FakeClient> clients = [];
        for (int client = 0; client < 40; client++)
        {
            string credentials = Convert.ToBase64String(Encoding.ASCII.GetBytes($"ann:wrong{client}"));
            clients.Add(server.Connect(
                $"GET /private/a HTTP/1.1\r\nHost: a\r\nAuthorization: Basic {credentials}\r\n\r\n"));
        }

        FakeClient other = server.Connect("GET /open.txt HTTP/1.1\r\nHost: a\r\n\r\n");
        server.RunUntilQuiet();
        int[] statuses =
            [.. clients.Select(client => ResponseReader.Single(client.ReceivedBytes, isHead: false).Status)];
        Assert.Equal(JobQueue.PasswordsMax, statuses.Count(status => status == 401));
        Assert.Equal(40 - JobQueue.PasswordsMax, statuses.Count(status => status == 503));
        Assert.Equal(200, ResponseReader.Single(other.ReceivedBytes, isHead: false).Status);
        server.End();
    }

    // What an unknown name is checked against must not be cheaper than what a known one is.
    [Fact]
    public void AnUnknownNameTakesAsLongAsTheDearestOfTheKnown()
    {
        AuthUser cheap = new() { Name = "zoe", Hash = BCrypt.Net.BCrypt.HashPassword("pw", 4) };
        AuthUser dear = new() { Name = "ann", Hash = BCrypt.Net.BCrypt.HashPassword("pw", 6) };
        AuthUser other = new() { Name = "eve", Hash = "$pbkdf2-sha256$1000$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA" };
        Authenticator authenticator = new([new AuthRule { Path = "/", Users = [cheap, dear, other] }]);
        Assert.Equal(dear.Hash, authenticator.RuleOf("/"u8)!.DummyHash);
    }

    private sealed class NoJob : Job
    {
        protected override void Work()
        {
        }
    }
}
