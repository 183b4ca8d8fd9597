namespace Braid.Tests;

/// <summary>Names, numbers, states. After CPython's <c>test_threading.ThreadTests</c>.</summary>
public sealed class ThreadTests : TimedTest
{
    [Fact]
    public void A_thread_runs_its_target_once()
    {
        int runs = 0;
        var thread = new Threading.Thread(() => runs++);
        Assert.Equal(0, runs);
        thread.Start();
        thread.Join(Cancellation);
        Assert.Equal(1, runs);
        Assert.Null(thread.Exception);
    }

    [Fact]
    public void A_subclass_says_what_it_does_by_overriding_Run()
    {
        var thread = new Counting(3);
        thread.Start();
        thread.Join(Cancellation);
        Assert.Equal(3, thread.Count);
        Assert.StartsWith("Counting(", thread.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_thread_without_target_just_ends()
    {
        var thread = new Threading.Thread();
        thread.Start();
        thread.Join(Cancellation);
        Assert.False(thread.IsAlive);
    }

    [Fact]
    public void Its_name_is_given_or_numbered_and_tells_a_named_target()
    {
        Assert.Equal("hello", new Threading.Thread(DoNothing, "hello").Name);
        Assert.Matches(@"^Thread-\d+ \(DoNothing\)$", new Threading.Thread(DoNothing).Name);
        Assert.Matches(@"^Thread-\d+ \(DoNothing\)$", new Threading.Thread(DoNothing, "").Name);
        Assert.Matches(@"^Thread-\d+$", new Threading.Thread(() => { }).Name);
        string first = new Threading.Thread().Name;
        Assert.Matches(@"^Thread-\d+$", first);
        Assert.NotEqual(first, new Threading.Thread().Name);
    }

    [Fact]
    public void Its_name_can_change_at_any_time_and_need_not_be_unique()
    {
        using var running = new Running();
        running.Thread.Name = "other";
        Assert.Equal("other", running.Thread.Name);
        Assert.Equal("other", running.Platform.Name);
        Assert.Equal("other", new Threading.Thread(name: "other").Name);
        running.End();
        running.Thread.Name = "late";
        Assert.Equal("late", running.Thread.Name);
        Assert.Throws<ArgumentNullException>(() => running.Thread.Name = null!);
    }

    [Fact]
    public void Whether_it_is_a_daemon_is_given_or_taken_over_from_the_creating_thread()
    {
        Assert.True(new Threading.Thread(daemon: true).Daemon);
        Assert.False(new Threading.Thread(daemon: false).Daemon);
        foreach (bool daemon in new[] { true, false })
        {
            bool inherited = !daemon;
            var creator = new Threading.Thread(() => inherited = new Threading.Thread().Daemon, daemon: daemon);
            creator.Start();
            creator.Join(Cancellation);
            Assert.Equal(daemon, inherited);
        }
    }

    [Fact]
    public void Whether_it_is_a_daemon_can_be_set_only_before_the_start()
    {
        using var running = new Running(daemon: false);
        Assert.False(running.Platform.IsBackground);
        Assert.Throws<InvalidOperationException>(() => running.Thread.Daemon = true);
        running.End();
        Assert.Throws<InvalidOperationException>(() => running.Thread.Daemon = true);
        Assert.False(running.Thread.Daemon);
        var later = new Threading.Thread { Daemon = true };
        Assert.True(later.Daemon);
        later.Daemon = false;
        Assert.False(later.Daemon);
    }

    [Fact]
    public void Living_threads_have_different_numbers()
    {
        Running[] running = [.. Enumerable.Range(0, 10).Select(_ => new Running())];
        Threading.Thread[] threads = [Threading.Thread.Current, .. running.Select(static one => one.Thread)];
        Assert.Equal(11, threads.Select(static thread => thread.Ident!.Value).Distinct().Count());
        Assert.Equal(11, threads.Select(static thread => thread.NativeId!.Value).Distinct().Count());
        Assert.All(running, static one => Assert.Equal(one.Platform.ManagedThreadId, one.Thread.Ident));
        Assert.All(running, static one => one.Dispose());
    }

    [Fact]
    public void Its_numbers_are_there_from_the_start_on_and_stay()
    {
        using var running = new Running();
        Assert.Null(new Threading.Thread().Ident);
        Assert.Null(new Threading.Thread().NativeId);
        int? ident = running.Thread.Ident;
        long? native = running.Thread.NativeId;
        Assert.NotNull(ident);
        Assert.NotNull(native);
        running.End();
        Assert.Equal(ident, running.Thread.Ident);
        Assert.Equal(native, running.Thread.NativeId);
    }

    [Fact]
    public void It_is_alive_from_the_start_to_the_end_and_its_text_says_so()
    {
        var initial = new Threading.Thread(name: "worker", daemon: false);
        Assert.False(initial.IsAlive);
        Assert.Equal("Thread(worker, initial)", initial.ToString());
        using var running = new Running(daemon: true);
        Assert.True(running.Thread.IsAlive);
        Assert.Matches(@"^Thread\(.+, started daemon \d+\)$", running.Thread.ToString());
        running.Release();
        Eventually.Holds(() => !running.Thread.IsAlive);
        Assert.Matches(@"^Thread\(.+, stopped daemon \d+\)$", running.Thread.ToString());
        using var other = new Running(daemon: false);
        Assert.Matches(@"^Thread\(.+, started \d+\)$", other.Thread.ToString());
    }

    [Fact]
    public void It_can_be_started_only_once()
    {
        using var running = new Running();
        Assert.Throws<InvalidOperationException>(running.Thread.Start);
        running.End();
        Assert.Throws<InvalidOperationException>(running.Thread.Start);
    }

    [Fact]
    public void What_it_refers_to_is_free_once_it_has_ended()
    {
        (Threading.Thread thread, WeakReference kept) = RunWithObject();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(kept.IsAlive);
        GC.KeepAlive(thread);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static (Threading.Thread Thread, WeakReference Kept) RunWithObject()
    {
        object big = new();
        var thread = new Threading.Thread(() => GC.KeepAlive(big));
        thread.Start();
        thread.Join(Cancellation);
        return (thread, new WeakReference(big));
    }

    private static void DoNothing()
    {
    }

    private sealed class Counting(int upTo) : Threading.Thread
    {
        public int Count { get; private set; }

        protected override void Run()
        {
            while (Count < upTo)
            {
                Count++;
            }
        }
    }

    [Fact]
    public void A_thread_that_has_run_keeps_neither_its_target_nor_its_context()
    {
        (Threading.Thread thread, WeakReference[] used) = Make();
        thread.Start();
        thread.Join(Cancellation);
        Eventually.Holds(() =>
        {
            GC.Collect();
            return !used.Any(static reference => reference.IsAlive);
        });
        GC.KeepAlive(thread);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static (Threading.Thread Thread, WeakReference[] Used) Make()
        {
            object captured = new();
            var local = new AsyncLocal<object?> { Value = new object() };
            WeakReference[] used = [new(captured), new(local.Value)];
            var thread = new Threading.Thread(() => captured.ToString(), context: ExecutionContext.Capture());
            local.Value = null;
            return (thread, used);
        }
    }
}
