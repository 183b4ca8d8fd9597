using Braid.Multiprocessing;

namespace Braid.Contracts;

public abstract partial class PoolContract
{
    [Fact]
    public void A_closed_pool_takes_nothing_and_ends_what_it_has()
    {
        using Pool own = NewPool(1);
        using var go = new Event();
        AsyncResult<bool> first = own.ApplyAsync(() => go.TryWait(Timeout.InfiniteTimeSpan));
        AsyncResult<int[]> second = own.MapAsync(Square, Enumerable.Range(0, 20));
        own.Close();
        own.Close();
        Assert.Throws<InvalidOperationException>(() => own.Apply(Square, 1));
        Assert.Throws<InvalidOperationException>(() => own.ApplyAsync(Square, 1));
        Assert.Throws<InvalidOperationException>(() => own.Map(Square, [1]));
        Assert.Throws<InvalidOperationException>(() => own.Imap(Square, [1]));
        Assert.Throws<InvalidOperationException>(() => own.ImapUnordered(Square, [1]));
        Assert.False(own.TryJoin(Brief, Cancellation));
        go.Set();
        own.Join(Cancellation);
        Assert.True(first.Ready && first.Successful && second.Ready && second.Successful);
        Assert.True(own.TryJoin());
    }

    [Fact]
    public async Task A_join_needs_a_closed_pool()
    {
        Assert.Throws<InvalidOperationException>(() => Shared.Join(Cancellation));
        Assert.Throws<InvalidOperationException>(() => Shared.TryJoin(Brief, Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Shared.JoinAsync(Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Shared.TryJoinAsync(Brief, Cancellation));
    }

    [Fact]
    public async Task The_end_of_a_using_block_waits_for_calls_and_callbacks()
    {
        var results = new List<int>();
        AsyncResult<int>[] calls;
        using (Pool own = NewPool(2))
        {
            calls = [.. Enumerable.Range(0, 20).Select(i => own.ApplyAsync(Square, i, callback: results.Add))];
        }

        Assert.All(calls, static call => Assert.True(call.Ready && call.Successful));
        Assert.Equal(Enumerable.Range(0, 20).Select(Square), results.Order());
        await using (Pool own = NewPool(2))
        {
            calls = [.. Enumerable.Range(0, 20).Select(i => own.ApplyAsync(Square, i, callback: results.Add))];
        }

        Assert.All(calls, static call => Assert.True(call.Ready && call.Successful));
        Assert.Equal(40, results.Count);
    }

    [Fact]
    public async Task Terminate_drops_what_has_not_begun_and_leaves_no_result_open()
    {
        using Pool own = NewPool(2);
        using var go = new Event();
        using var begun = new Event();
        AsyncResult<bool> running = own.ApplyAsync(() =>
        {
            begun.Set();
            return go.TryWait(Timeout.InfiniteTimeSpan);
        });
        await begun.WaitAsync(Cancellation);
        AsyncResult<bool[]> queued = own.MapAsync(_ => go.TryWait(Timeout.InfiniteTimeSpan), Enumerable.Range(0, 1000), chunksize: 1);
        own.Terminate();
        own.Terminate();
        go.Set();     // for threads, which cannot be killed
        await own.JoinAsync(Cancellation);
        Assert.True(running.Ready && queued.Ready);
        Assert.False(queued.Successful);
        Assert.Throws<InvalidOperationException>(() => own.Apply(Square, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_shutdown_with_a_deadline_ends_what_is_not_done_by_then(bool awaits)
    {
        using Pool own = NewPool(1);
        using var go = new Event();
        AsyncResult<bool> running = own.ApplyAsync(() => go.TryWait(Timeout.InfiniteTimeSpan));
        AsyncResult<bool> queued = own.ApplyAsync(() => go.TryWait(Timeout.InfiniteTimeSpan));
        Assert.False(awaits ? await own.ShutdownAsync(Brief) : own.Shutdown(Brief));
        queued.Wait(Cancellation);
        Assert.Throws<OperationCanceledException>(() => queued.Get(Cancellation));
        go.Set();     // for threads, which cannot be killed
        running.Wait(Cancellation);
        Assert.True(awaits ? await own.ShutdownAsync(Ample) : own.Shutdown(Ample));
        Assert.Throws<InvalidOperationException>(() => own.Apply(Square, 1));
    }

    [Fact]
    public async Task A_shutdown_whose_calls_end_in_time_says_so()
    {
        using Pool own = NewPool(2);
        AsyncResult<int[]> results = own.MapAsync(Square, Enumerable.Range(0, 20));
        Assert.True(own.Shutdown(Ample));
        Assert.True(results.Successful);
        using Pool other = NewPool(2);
        results = other.MapAsync(Square, Enumerable.Range(0, 20));
        Assert.True(await other.ShutdownAsync(Ample));
        Assert.True(results.Successful);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await other.ShutdownAsync(TimeSpan.FromSeconds(-5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => other.Shutdown(TimeSpan.FromSeconds(-5)));
    }

    [Fact]
    public void A_callback_cannot_wait_for_the_end_of_its_pool()
    {
        using Pool own = NewPool(1);
        Exception? refused = null;
        own.ApplyAsync(Square, 1, callback: _ =>
        {
            own.Close();
            refused = Record.Exception(() => own.Join());
        }).Wait(Cancellation);
        Assert.IsType<InvalidOperationException>(refused);
        own.Join(Cancellation);
    }
}
