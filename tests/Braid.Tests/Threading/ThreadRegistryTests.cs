namespace Braid.Tests;

/// <summary>Which threads there are. After CPython's <c>test_threading.ThreadTests</c>.</summary>
public sealed class ThreadRegistryTests : TimedTest
{
    [Fact]
    public void A_started_thread_is_listed_until_it_has_ended()
    {
        var initial = new Threading.Thread();
        using var running = new Running();
        Assert.DoesNotContain(initial, Threading.Thread.Enumerate());
        Assert.Contains(running.Thread, Threading.Thread.Enumerate());
        Assert.Contains(Threading.Thread.Main, Threading.Thread.Enumerate());
        Assert.InRange(Threading.Thread.ActiveCount, 2, int.MaxValue);
        running.End();
        Assert.DoesNotContain(running.Thread, Threading.Thread.Enumerate());
    }

    [Fact]
    public void The_systems_number_of_the_main_thread_is_that_of_the_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems number threads otherwise.");
        Assert.Equal(Environment.ProcessId, Threading.Thread.Main.NativeId);
    }

    [Fact]
    public void A_thread_is_named_after_what_it_runs_unless_it_is_given_a_name()
    {
        Assert.Matches(@"^Thread-\d+ \(Nothing\)$", new Threading.Thread(Nothing).Name);
        Assert.Matches(@"^Thread-\d+ \(NothingLater\)$", new Threading.Thread(NothingLater).Name);
        Assert.Matches(@"^Thread-\d+$", new Threading.Thread(static () => { }).Name);
        Assert.Equal("own", new Threading.Thread(Nothing, name: "own").Name);
        Assert.Equal("own", new Threading.Thread(NothingLater, name: "own").Name);
    }

    [Fact]
    public void A_joined_thread_is_never_listed_again()
    {
        for (int round = 0; round < 100; round++)
        {
            var thread = new Threading.Thread(static () => { });
            thread.Start();
            thread.Join(Cancellation);
            Assert.DoesNotContain(thread, Threading.Thread.Enumerate());
        }
    }

    [Fact]
    public void Current_is_the_object_of_the_running_thread()
    {
        Threading.Thread? seen = null;
        var thread = new Threading.Thread(() => seen = Threading.Thread.Current);
        thread.Start();
        thread.Join(Cancellation);
        Assert.Same(thread, seen);
    }

    [Fact]
    public async Task A_foreign_thread_gets_an_object_that_lives_and_ends_with_it()
    {
        var actor = new BlockingActor();
        Threading.Thread foreign = await actor.Do(() => Threading.Thread.Current);
        Assert.Same(foreign, await actor.Do(() => Threading.Thread.Current));
        Assert.Equal("actor", foreign.Name);
        Assert.True(foreign.IsAlive);
        Assert.True(foreign.Daemon);
        Assert.Equal(actor.Thread.ManagedThreadId, foreign.Ident);
        Assert.NotNull(foreign.NativeId);
        Assert.Contains(foreign, Threading.Thread.Enumerate());
        Assert.Throws<InvalidOperationException>(foreign.Start);
        await actor.DisposeAsync();
        Assert.False(foreign.IsAlive);
        Assert.DoesNotContain(foreign, Threading.Thread.Enumerate());
    }

    [Fact]
    public async Task Waiting_makes_no_object_for_a_foreign_thread()
    {
        await using var actor = new BlockingActor();
        var mutex = new Threading.Lock();
        mutex.Acquire(Cancellation);
        Task waiting = actor.Do(() => mutex.Acquire(Cancellation));
        Eventually.Holds(() => mutex.WaiterCount == 1);
        mutex.Release();
        await waiting;
        await actor.Do(mutex.Release);
        Assert.DoesNotContain(Threading.Thread.Enumerate(), thread => thread.Ident == actor.Thread.ManagedThreadId);
    }

    [Fact]
    public void Main_is_the_thread_that_started_the_program()
    {
        Threading.Thread main = Threading.Thread.Main;
        Assert.Equal("MainThread", main.Name);
        Assert.True(main.IsAlive);
        Assert.False(main.Daemon);
        Assert.Equal(1, main.Ident);
        Assert.Same(main, Threading.Thread.Main);
    }

    private static void Nothing()
    {
    }

    private static Task NothingLater() => Task.CompletedTask;
}
