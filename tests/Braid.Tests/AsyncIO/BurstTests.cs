using System.Runtime.CompilerServices;
using Braid.AsyncIO;
using Braid.Waiting;

namespace Braid.Tests;

/// <summary>After a burst the memory that it needed is free again. Alone, for the memory of the whole program is measured.</summary>
[Collection(nameof(ProgramWide))]
public sealed class BurstTests : TimedTest
{
    private const int Many = 500_000;
    private const long Little = 6_000_000;     // bytes; a burst needs several times that

    public enum Kind
    {
        CallSoon,
        CallSoonThreadsafe,
        CallLater,
        CancelledTimers,
    }

    [Theory]
    [InlineData(Kind.CallSoon)]
    [InlineData(Kind.CallSoonThreadsafe)]
    [InlineData(Kind.CallLater)]
    [InlineData(Kind.CancelledTimers)]
    public void An_event_loop_gives_back_what_a_burst_of_calls_needed(Kind kind)
    {
        long kept = 0;
        EventLoop.Run(async loop =>
        {
            await Task.Yield();
            long before = GC.GetTotalMemory(forceFullCollection: true);
            Begin(loop, kind);
            await Ended(loop);
            kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        });
        Assert.InRange(kept, long.MinValue, Little);
    }

    [Fact]
    public void The_alarm_and_the_pools_of_waiters_give_back_what_a_burst_of_timed_awaits_needed()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Await();
        Eventually.Holds(() => Collected() - before < Little);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Await()
        {
            var flag = new Threading.Event();
            ValueTask<bool>[] waits = new ValueTask<bool>[Many / 5];
            for (int i = 0; i < waits.Length; i++)
            {
                waits[i] = flag.TryWaitAsync(TimeSpan.FromHours(1), CancellationToken.None);    // a source keeps the memory of its registrations
            }

            flag.Set();
            Assert.All(waits, static wait => Assert.True(wait.GetAwaiter().GetResult()));
        }
    }

    [Fact]
    public void A_registry_forgets_the_dead_without_anything_being_added()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var registry = new WeakRegistry<object>();
        for (int i = 0; i < Many; i++)
        {
            registry.Add(new object());
        }

        object lives = new();
        registry.Add(lives);
        Eventually.Holds(() => Collected() - before < Little);
        Assert.Contains(lives, registry.Snapshot());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cancelled_handle_keeps_nothing_of_what_it_captured(bool isTimer) => EventLoop.Run(async loop =>
    {
        var local = new AsyncLocal<object?>();
        (Handle handle, WeakReference captured, WeakReference flowing) = Make(loop, local, isTimer);
        local.Value = null;
        await Task.Yield();
        Eventually.Holds(() =>
        {
            GC.Collect();
            return !captured.IsAlive && !flowing.IsAlive;
        });
        GC.KeepAlive(handle);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (Handle Handle, WeakReference Captured, WeakReference Flowing) Make(EventLoop loop, AsyncLocal<object?> local, bool isTimer)
        {
            object captured = new();
            local.Value = new object();
            Handle handle = isTimer ? loop.CallLater(TimeSpan.FromHours(1), () => captured.ToString()) : loop.CallSoon(() => captured.ToString());
            handle.Cancel();
            return (handle, new WeakReference(captured), new WeakReference(local.Value));
        }
    });

    private static long Collected()
    {
        long bytes = GC.GetTotalMemory(forceFullCollection: true);
        GC.WaitForPendingFinalizers();
        return bytes;
    }

    private static void Begin(EventLoop loop, Kind kind)
    {
        for (int i = 0; i < Many; i++)
        {
            switch (kind)
            {
                case Kind.CallSoon:
                    loop.CallSoon(static () => { });
                    break;
                case Kind.CallSoonThreadsafe:
                    loop.CallSoonThreadsafe(static () => { });
                    break;
                case Kind.CallLater:
                    loop.CallLater(TimeSpan.Zero, static () => { });
                    break;
                default:
                    loop.CallLater(TimeSpan.FromHours(1), static () => { }).Cancel();
                    break;
            }
        }
    }

    private static async Task Ended(EventLoop loop)
    {
        for (int turns = 0; turns < 5; turns++)
        {
            var turn = new Threading.Event();
            loop.CallLater(TimeSpan.Zero, turn.Set);
            await turn.WaitAsync(Cancellation);
        }
    }
}
