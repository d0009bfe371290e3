using Xunit;

namespace Uring.Tests;

public sealed class PlaceholderTests
{
    [Fact]
    public void TheProjectBuilds()
    {
        Assert.NotNull(typeof(PlaceholderTests).Assembly.GetName().Name);
    }
}
