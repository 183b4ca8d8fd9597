using Braid.Waiting;

namespace Braid.Tests;

/// <summary>The reuse of finished awaits.</summary>
public sealed class WaiterPoolTests : TimedTest
{
    [Fact]
    public async Task What_one_thread_returns_another_can_rent_and_nothing_is_rented_twice()
    {
        await using var renting = new BlockingActor();
        await using var returning = new BlockingActor();
        Assert.Null(await renting.Do(WaiterPool<ProbeWaiter>.Rent));
        ProbeWaiter[] all = [.. Enumerable.Range(0, 100).Select(_ => new ProbeWaiter())];
        await returning.Do(() => Array.ForEach(all, WaiterPool<ProbeWaiter>.Return));
        HashSet<ProbeWaiter> rented = [];
        await renting.Do(() => RentAll(rented));
        Assert.NotEmpty(rented);
        await returning.Do(() => RentAll(rented));
        Assert.Equal(all.ToHashSet(), rented);
    }

    private static void RentAll(HashSet<ProbeWaiter> rented)
    {
        while (WaiterPool<ProbeWaiter>.Rent() is { } waiter)
        {
            Assert.True(rented.Add(waiter));
        }
    }
}
