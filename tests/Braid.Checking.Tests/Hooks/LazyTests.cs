namespace Braid.Checking.Tests.Hooks;

public class LazyTests
{
    [Fact]
    public void A_factory_runs_once_though_it_is_slow() => Explored.Holds(() =>
    {
        int runs = 0;
        var lazy = new Lazy<string>(() =>
        {
            Interlocked.Increment(ref runs);
            Thread.Sleep(1_000);
            return "made";
        });
        Assert.False(lazy.IsValueCreated);
        var other = new Thread(() => Assert.Equal("made", lazy.Value));
        other.Start();
        Assert.Equal("made", lazy.Value);
        Assert.True(lazy.IsValueCreated);
        other.Join();
        Assert.Equal(1, Volatile.Read(ref runs));
    });

    [Fact]
    public void A_thread_that_gets_the_value_sees_what_the_factory_wrote() => Explored.Holds(() =>
    {
        int[] written = new int[1];
        var lazy = new Lazy<int>(() => written[0] = 5);
        var other = new Thread(() => _ = lazy.Value);
        other.Start();
        _ = lazy.Value;
        Assert.Equal(5, written[0]);
        other.Join();
    });

    [Fact]
    public void With_publication_only_the_factory_can_run_twice() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        int runs = 0;
        var lazy = new Lazy<object>(() =>
        {
            Interlocked.Increment(ref runs);
            return new object();
        }, LazyThreadSafetyMode.PublicationOnly);
        object? theirs = null;
        var other = new Thread(() => theirs = lazy.Value);
        other.Start();
        object mine = lazy.Value;
        other.Join();
        if (!ReferenceEquals(mine, theirs))
        {
            throw new InvalidOperationException("Two values.");
        }

        Assert.Equal(1, Volatile.Read(ref runs));
    });

    [Fact]
    public void An_exception_of_the_factory_is_kept() => Explored.Runs(() =>
    {
        int runs = 0;
        var lazy = new Lazy<int>(() => throw new InvalidOperationException($"{++runs}"));
        Assert.Equal("1", Assert.Throws<InvalidOperationException>(() => lazy.Value).Message);
        Assert.Equal("1", Assert.Throws<InvalidOperationException>(() => lazy.Value).Message);
        var each = new Lazy<int>(() => throw new InvalidOperationException($"{++runs}"), LazyThreadSafetyMode.PublicationOnly);
        Assert.Equal("2", Assert.Throws<InvalidOperationException>(() => each.Value).Message);
        Assert.Equal("3", Assert.Throws<InvalidOperationException>(() => each.Value).Message);
        Lazy<int> itself = null!;
        itself = new Lazy<int>(() => itself.Value);
        Assert.Throws<InvalidOperationException>(() => itself.Value);
        Assert.NotNull(new Lazy<List<int>>().Value);
    });

    [Fact]
    public void A_factory_that_wants_a_lock_which_a_reader_holds_is_a_deadlock() => Explored.Fails(Verdict.Deadlock, () =>
    {
        object gate = new();
        var lazy = new Lazy<int>(() =>
        {
            lock (gate)
            {
                return 1;
            }
        });
        var other = new Thread(() => _ = lazy.Value);
        other.Start();
        lock (gate)
        {
            _ = lazy.Value;
        }

        other.Join();
    });

    [Fact]
    public void The_lazy_initializer_publishes_one_value() => Explored.Holds(() =>
    {
        object? shared = null;
        bool initialized = false;
        object? gate = null;
        int number = 0;
        int runs = 0;
        object? theirs = null;
        int Make() => Interlocked.Increment(ref runs);
        var other = new Thread(() =>
        {
            theirs = LazyInitializer.EnsureInitialized(ref shared, () => new object());
            LazyInitializer.EnsureInitialized(ref number, ref initialized, ref gate, Make);
        });
        other.Start();
        object mine = LazyInitializer.EnsureInitialized(ref shared, () => new object());
        Assert.Equal(1, LazyInitializer.EnsureInitialized(ref number, ref initialized, ref gate, Make));
        other.Join();
        Assert.Same(mine, theirs);
    });
}
