using System.Linq;
using ChainServe.Connections;
using Xunit;

namespace ChainServe.Tests.Connections;

/// <summary>Slots are made when they are first taken, and nobody can tell.</summary>
public sealed class ConnectionTableTests
{
    [Fact]
    public void SlotsAreHandedOutFromZeroUntilTheTableIsFull()
    {
        var table = new ConnectionTable(3);
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(_ => Take(table)));
        Assert.False(table.TryTake(out _));
        Assert.Equal(3, table.UsedCount);
        Assert.Equal(3, table.HighWater);
    }

    [Fact]
    public void ASlotThatWasNeverUsedIsAFreshConnection()
    {
        var table = new ConnectionTable(2);
        ref Connection connection = ref table[Take(table)];
        Assert.Equal(ConnectionState.Free, connection.State);
        Assert.Equal(1u, connection.Generation);
        Assert.Equal(Connection.None, connection.Buffer);
        Assert.Equal(Connection.None, connection.Descriptor);
        Assert.Equal([ConnectionTable.NoDeadline], table.Deadlines.ToArray());
    }

    [Fact]
    public void TheSlotFreedLastIsTakenFirstInItsNextGeneration()
    {
        var table = new ConnectionTable(4);
        int first = Take(table);
        int second = Take(table);
        table.SetDeadline(second, 5);
        table.Free(first);
        table.Free(second);
        Assert.Equal(0, table.UsedCount);
        Assert.Equal(second, Take(table));
        Assert.Equal(2u, table[second].Generation);
        Assert.Equal(ConnectionTable.NoDeadline, table.Deadlines[second]);
        Assert.Equal(first, Take(table));
        Assert.Equal(2, table.HighWater);
    }

    [Fact]
    public void FreedSlotsAreUsedUpBeforeAFreshOne()
    {
        var table = new ConnectionTable(3);
        int first = Take(table);
        Take(table);
        table.Free(first);
        Assert.Equal(first, Take(table));
        Assert.Equal(2, Take(table));
        Assert.False(table.TryTake(out _));
    }

    private static int Take(ConnectionTable table)
    {
        Assert.True(table.TryTake(out int slot));
        return slot;
    }
}
