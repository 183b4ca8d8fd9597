namespace Braid.Tests;

/// <summary>Waiting for the end of threads. After CPython's <c>test_threading.ThreadTests</c> and <c>ThreadingExceptionTests</c>.</summary>
public sealed class ThreadJoinTests : TimedTest
{
    [Fact]
    public async Task Any_number_of_waiters_may_join_a_thread_any_number_of_times()
    {
        using var running = new Running();
        await using var crew = new Crew(4, Cast.Mixed);
        Task[] joins = crew.Each(actor => actor.Do(() => running.Thread.Join(Cancellation), () => running.Thread.JoinAsync(Cancellation)));
        Assert.All(joins, join => Assert.False(join.IsCompleted));
        running.Release();
        await Task.WhenAll(joins);
        Assert.False(running.Thread.IsAlive);
        running.Thread.Join(Cancellation);
        Assert.True(running.Thread.TryJoin(token: Cancellation));
        await running.Thread.JoinAsync(Cancellation);
        Assert.True(await running.Thread.TryJoinAsync(TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task A_join_whose_time_is_up_says_so()
    {
        using var running = new Running();
        Assert.False(running.Thread.TryJoin(token: Cancellation));
        Assert.False(running.Thread.TryJoin(Brief, Cancellation));
        Assert.False(await running.Thread.TryJoinAsync(TimeSpan.Zero, Cancellation));
        Assert.False(await running.Thread.TryJoinAsync(Brief, Cancellation));
        Assert.True(running.Thread.IsAlive);
        running.Release();
        Assert.True(running.Thread.TryJoin(Ample, Cancellation));
    }

    [Fact]
    public async Task A_cancelled_token_ends_the_join_and_not_the_thread()
    {
        using var running = new Running();
        using var cancel = new CancellationTokenSource();
        await using var crew = new Crew(2, Cast.Mixed);
        Task[] joins = crew.Each(actor => actor.Do(() => running.Thread.Join(cancel.Token), () => running.Thread.JoinAsync(cancel.Token)));
        cancel.Cancel();
        foreach (Task join in joins)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => join);
        }

        Assert.True(running.Thread.IsAlive);
    }

    [Fact]
    public async Task A_negative_timeout_is_refused()
    {
        using var running = new Running();
        Assert.Throws<ArgumentOutOfRangeException>(() => running.Thread.TryJoin(TimeSpan.FromTicks(-1), Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => running.Thread.TryJoinAsync(TimeSpan.FromTicks(-1), Cancellation).AsTask());
    }

    [Fact]
    public async Task A_thread_that_was_not_started_cannot_be_joined()
    {
        var thread = new Threading.Thread();
        Assert.Throws<InvalidOperationException>(() => thread.Join(Cancellation));
        Assert.Throws<InvalidOperationException>(() => thread.TryJoin(token: Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => thread.JoinAsync(Cancellation).AsTask());
        Assert.Throws<InvalidOperationException>(() => Threading.Thread.JoinAll(thread));
    }

    [Fact]
    public void A_thread_cannot_join_itself()
    {
        Exception? refusal = null;
        var thread = new Threading.Thread(() => refusal = Record.Exception(() => Threading.Thread.Current.Join(Cancellation)));
        thread.Start();
        thread.Join(Cancellation);
        Assert.IsType<InvalidOperationException>(refusal);
        Assert.Null(thread.Exception);
    }

    [Fact]
    public async Task A_foreign_thread_cannot_be_joined()
    {
        await using var actor = new BlockingActor();
        Threading.Thread foreign = await actor.Do(() => Threading.Thread.Current);
        Assert.Throws<InvalidOperationException>(() => foreign.Join(Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => foreign.JoinAsync(Cancellation).AsTask());
        Assert.Throws<InvalidOperationException>(() => Threading.Thread.Main.TryJoin(token: Cancellation));
    }

    [Fact]
    public void JoinAll_waits_for_every_thread()
    {
        Running[] running = [.. Enumerable.Range(0, 5).Select(static _ => new Running())];
        var joiner = new Threading.Thread(() => Threading.Thread.JoinAll(running.Select(static one => one.Thread)));
        joiner.Start();
        foreach (Running one in running)
        {
            Assert.True(joiner.IsAlive);
            one.End();
        }

        joiner.Join(Cancellation);
        Assert.Null(joiner.Exception);
        Threading.Thread.JoinAll();
        Assert.Throws<ArgumentNullException>(() => Threading.Thread.JoinAll(null!));
        Assert.Throws<ArgumentNullException>(() => Threading.Thread.JoinAll(running[0].Thread, null!));
    }

    [Fact]
    public void What_the_thread_wrote_and_kept_for_itself_is_settled_after_the_join()
    {
        for (int round = 0; round < 20; round++)
        {
            System.Threading.Thread? platform = null;
            var thread = new Threading.Thread(() => platform = System.Threading.Thread.CurrentThread);
            thread.Start();
            thread.Join(Cancellation);
            Assert.False(platform!.IsAlive);
        }
    }
}
