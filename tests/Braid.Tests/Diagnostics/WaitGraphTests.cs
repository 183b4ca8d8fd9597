using Braid.Diagnostics;
using Braid.Threading;

namespace Braid.Tests;

/// <summary>What the wait graph shows of those who wait.</summary>
public sealed class WaitGraphTests : TimedTest
{
    [Fact]
    public void A_blocked_thread_is_shown_with_its_name_its_target_and_the_holder()
    {
        using var scene = new DeadlockScene();
        var mutex = new Threading.Lock();
        var mayEnd = new Event();
        Threading.Thread holder = scene.Start("graph-holder", () => mutex.EnterScopeThen(() => mayEnd.Wait()));
        Threading.Thread waiter = scene.Start("graph-waiter", () => mutex.EnterScopeThen(() => { }));
        WaitGraph.Wait wait = DeadlockScene.WaitOf("graph-waiter")!;
        Assert.Same(mutex, wait.Target);
        Assert.Equal(waiter.Ident, wait.ThreadId);
        Assert.Equal(["graph-holder"], wait.Holders);
        Assert.Matches("^graph-waiter waits for locked Lock, waiters=1 \\(#[0-9a-f]+\\), held by graph-holder$", wait.ToString());
        Assert.Empty(DeadlockScene.WaitOf("graph-holder")!.Holders);
        Assert.Contains(wait.ToString(), WaitGraph.Capture().ToString(), StringComparison.Ordinal);
        Assert.Null(DeadlockScene.DeadlockOf("graph-waiter"));
        Assert.NotEqual(holder.Ident, wait.ThreadId);
        mayEnd.Set();
    }

    [Fact]
    public async Task An_await_is_listed_without_a_thread()
    {
        var flag = new Event();
        Task waiting = flag.WaitAsync(Cancellation).AsTask();
        WaitGraph.Wait wait = Assert.Single(WaitGraph.Capture().Waits, wait => wait.Target == flag);
        Assert.Null(wait.ThreadId);
        Assert.StartsWith("an await waits for unset Event, waiters=1", wait.ToString(), StringComparison.Ordinal);
        flag.Set();
        await waiting;
        Assert.DoesNotContain(WaitGraph.Capture().Waits, wait => wait.Target == flag);
    }

    [Fact]
    public void A_joined_thread_holds_its_own_end()
    {
        using var scene = new DeadlockScene();
        var mayEnd = new Event();
        Threading.Thread joined = scene.Start("graph-joined", () => mayEnd.Wait());
        scene.Start("graph-joiner", () => joined.Join());
        WaitGraph.Wait wait = DeadlockScene.WaitOf("graph-joiner")!;
        Assert.Same(joined, wait.Target);
        Assert.Equal(["graph-joined"], wait.Holders);
        mayEnd.Set();
    }

    [Fact]
    public async Task A_lock_held_by_an_awaiting_caller_has_no_known_holder_and_is_no_deadlock()
    {
        using var scene = new DeadlockScene();
        var mutex = new Threading.Lock();
        await mutex.AcquireAsync(Cancellation);
        scene.Start("graph-blocked", () => mutex.EnterScopeThen(() => { }));
        Assert.Empty(DeadlockScene.WaitOf("graph-blocked")!.Holders);
        Assert.Null(DeadlockScene.DeadlockOf("graph-blocked"));
        mutex.Release();
    }
}
