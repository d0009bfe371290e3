using System.Threading.Tasks;
using ChainServe.EndToEndTests.Harness;
using Microsoft.Playwright;
using Xunit;

namespace ChainServe.BrowserTests;

/// <summary>One browser for all tests: the machine's own Chromium. Without one the tests are skipped.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A page with a cache and storage of its own.</summary>
    internal async Task<IPage> OpenPageAsync(bool isDark = false)
    {
        string program = Machine.RequireProgram("chromium");
        Machine.RequireServer();
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        });
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
        });
        return await context.NewPageAsync();
    }

    public Task InitializeAsync()
    {
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }
}
