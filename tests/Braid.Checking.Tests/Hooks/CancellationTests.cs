namespace Braid.Checking.Tests.Hooks;

public class CancellationTests
{
    [Fact]
    public void A_loop_that_checks_the_token_ends_when_another_thread_cancels() => Explored.Holds(() =>
    {
        using var source = new CancellationTokenSource();
        CancellationToken token = source.Token;
        int result = 0;
        var canceller = new Thread(() =>
        {
            result = 5;
            source.Cancel();
        });
        canceller.Start();
        while (!token.IsCancellationRequested)
        {
        }

        Assert.Equal(5, result);
        Assert.Throws<OperationCanceledException>(token.ThrowIfCancellationRequested);
        Assert.True(source.IsCancellationRequested);
    });

    [Fact]
    public void Callbacks_run_on_the_thread_that_cancels_the_last_registered_first() => Explored.Holds(() =>
    {
        using var source = new CancellationTokenSource();
        var order = new List<int>();
        int canceller = 0;
        source.Token.Register(() => order.Add(1));
        using CancellationTokenRegistration gone = source.Token.Register(() => order.Add(2));
        source.Token.UnsafeRegister(state => order.Add((int)state!), 3);
        source.Token.Register(
            (state, token) => canceller = token.IsCancellationRequested ? Environment.CurrentManagedThreadId : (int)state!, -1);
        Assert.True(gone.Unregister());
        var thread = new Thread(source.Cancel);
        thread.Start();
        thread.Join();
        Assert.Equal([3, 1], order);
        Assert.Equal(thread.ManagedThreadId, canceller);
        source.Token.Register(() => order.Add(4));
        Assert.Equal([3, 1, 4], order);
    });

    [Fact]
    public void Disposing_of_a_registration_waits_while_its_callback_runs() => Explored.Holds(() =>
    {
        using var source = new CancellationTokenSource();
        object gate = new();
        int[] state = new int[1];
        CancellationTokenRegistration registration = source.Token.Register(() =>
        {
            Volatile.Write(ref state[0], 1);
            Thread.Sleep(1_000);
            Volatile.Write(ref state[0], 2);
        });
        var canceller = new Thread(source.Cancel);
        canceller.Start();
        using (registration)
        {
        }

        Assert.NotEqual(1, Volatile.Read(ref state[0]));
        canceller.Join();
    });

    [Fact]
    public void Unregistering_does_not_block() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        using var source = new CancellationTokenSource();
        int[] state = new int[1];
        CancellationTokenRegistration registration = source.Token.Register(() =>
        {
            Volatile.Write(ref state[0], 1);
            Volatile.Write(ref state[0], 2);
        });
        var canceller = new Thread(source.Cancel);
        canceller.Start();
        registration.Unregister();
        Assert.NotEqual(1, Volatile.Read(ref state[0]));
        canceller.Join();
    });

    [Fact]
    public void Disposing_of_a_registration_under_the_lock_that_its_callback_needs_is_a_deadlock() => Explored.Fails(Verdict.Deadlock, () =>
    {
        using var source = new CancellationTokenSource();
        object gate = new();
        CancellationTokenRegistration registration = source.Token.Register(() =>
        {
            lock (gate)
            {
            }
        });
        var canceller = new Thread(source.Cancel);
        canceller.Start();
        lock (gate)
        {
            registration.Dispose();
        }

        canceller.Join();
    });

    [Fact]
    public void A_delay_cancels_in_virtual_time() => Explored.Holds(() =>
    {
        using var source = new CancellationTokenSource(TimeSpan.FromHours(1));
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(source.Token, CancellationToken.None);
        source.CancelAfter(TimeSpan.FromHours(2));
        var called = new DateTime[1];
        object gate = new();
        linked.Token.Register(() =>
        {
            lock (gate)
            {
                called[0] = DateTime.UtcNow;
                Monitor.Pulse(gate);
            }
        });
        DateTime begun = DateTime.UtcNow;
        lock (gate)
        {
            while (called[0] == default)
            {
                Monitor.Wait(gate);
            }
        }

        Assert.Equal(2, (called[0] - begun).TotalHours, 3);
        Assert.True(linked.IsCancellationRequested);
    });

    [Fact]
    public void A_disposed_source_cancels_nothing_any_more() => Explored.Holds(() =>
    {
        bool[] called = new bool[1];
        using (var source = new CancellationTokenSource(1_000))
        {
            source.Token.Register(() => Volatile.Write(ref called[0], true));
            Assert.True(source.TryReset());
            source.CancelAfter(1_000);
        }

        Thread.Sleep(10_000);
        Assert.False(Volatile.Read(ref called[0]));
    });

    [Fact]
    public void A_time_limit_that_expires_too_early_is_found_when_the_clock_races()
    {
        static void Body()
        {
            using var limit = new CancellationTokenSource(30_000);
            int[] work = new int[1];
            var worker = new Thread(() => Volatile.Write(ref work[0], 1));
            worker.Start();
            worker.Join();
            limit.Token.ThrowIfCancellationRequested();
        }

        Explored.Holds(Body);
        Assert.IsType<OperationCanceledException>(Explored.Fails(Verdict.AssertionFailed, Body, ClockMode.Racing).Exception);
    }

    [Fact]
    public void Cancel_throws_an_exception_of_a_callback() => Explored.Runs(() =>
    {
        using var source = new CancellationTokenSource();
        source.Token.Register(() => throw new InvalidOperationException("1"));
        source.Token.Register(() => throw new InvalidOperationException("2"));
        AggregateException all = Assert.Throws<AggregateException>(source.Cancel);
        Assert.Equal(["2", "1"], all.InnerExceptions.Select(one => one.Message));
    });

    [Fact]
    public void Uncontrollable_members_are_refused() => Explored.Fails(Verdict.NotControlled, () =>
    {
        using var source = new CancellationTokenSource();
        source.Token.WaitHandle.WaitOne();
    });
}
