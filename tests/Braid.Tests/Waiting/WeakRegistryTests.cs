using System.Runtime.CompilerServices;
using Braid.Waiting;

namespace Braid.Tests;

/// <summary>Registries of living objects hold no memory for those that are gone, whether or not others come.</summary>
public sealed class WeakRegistryTests : TimedTest
{
    [Fact]
    public void After_a_burst_the_memory_is_given_back_although_nothing_comes_any_more()
    {
        var registry = new WeakRegistry<object>();
        object kept = new();
        registry.Add(kept);
        Fill(registry, 100_000);
        Assert.InRange(registry.Capacity, 1, int.MaxValue);
        Eventually.Holds(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return registry.Capacity < 1000;
        });
        Assert.Same(kept, Assert.Single(registry.Snapshot()));
        Fill(registry, 100_000);
        Eventually.Holds(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return registry.Capacity < 1000;
        });
    }

    [Fact]
    public void What_lives_stays_while_what_is_gone_goes()
    {
        var registry = new WeakRegistry<object>();
        var living = new List<object>();
        for (int round = 0; round < 20; round++)
        {
            Fill(registry, 500);
            object one = new();
            living.Add(one);
            registry.Add(one);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.Empty(living.Except(registry.Snapshot()));
        }
    }

    [Fact]
    public void A_large_registry_that_nothing_refers_to_is_collected()
    {
        WeakReference registry = Make();
        Eventually.Holds(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !registry.IsAlive;
        });

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Make()
        {
            var registry = new WeakRegistry<object>();
            Fill(registry, 10_000);
            return new WeakReference(registry);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fill(WeakRegistry<object> registry, int count)
    {
        object[] members = [.. Enumerable.Range(0, count).Select(static _ => new object())];
        Array.ForEach(members, registry.Add);
        GC.KeepAlive(members);
    }
}
