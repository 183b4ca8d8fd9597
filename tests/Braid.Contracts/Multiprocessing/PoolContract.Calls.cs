using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Contracts;

/// <content>What is refused at the call, and what a call may rely on.</content>
public abstract partial class PoolContract
{
    [Fact]
    public void Null_is_refused_at_the_call()
    {
        Assert.Throws<ArgumentNullException>("function", () => Shared.Apply((Func<int>)null!));
        Assert.Throws<ArgumentNullException>("function", () => Shared.Apply((Func<int, int>)null!, 1));
        Assert.Throws<ArgumentNullException>("function", () => { _ = Shared.ApplyAsync((Func<int>)null!); });
        Assert.Throws<ArgumentNullException>("function", () => { _ = Shared.ApplyAsync((Func<int, int>)null!, 1); });
        Assert.Throws<ArgumentNullException>("function", () => Shared.Map((Func<int, int>)null!, [1]));
        Assert.Throws<ArgumentNullException>("source", () => Shared.Map<int, int>(Square, null!));
        Assert.Throws<ArgumentNullException>("function", () => Shared.Starmap((Func<int, int, int>)null!, [(1, 2)]));
        Assert.Throws<ArgumentNullException>("source", () => Shared.Starmap(static (int a, int b) => a + b, null!));
        Assert.Throws<ArgumentNullException>("function", () => Shared.Starmap((Func<int, int, int, int>)null!, [(1, 2, 3)]));
        Assert.Throws<ArgumentNullException>("source", () => Shared.Starmap(static (int a, int b, int c) => a + b + c, null!));
    }

    [Fact]
    public void A_pool_that_is_closed_while_a_lazy_map_goes_on_takes_no_other_call()
    {
        using Pool own = NewPool(1);
        MapResults<int> results = own.Imap(Square, Enumerable.Range(0, 1000));
        own.Close();
        Assert.Throws<InvalidOperationException>(() => own.Apply(Square, 1));
        Assert.Throws<InvalidOperationException>(() => own.ApplyAsync(Square, 1));
        Assert.Throws<InvalidOperationException>(() => own.MapAsync(Square, [1]));
        Assert.Throws<InvalidOperationException>(() => own.Imap(Square, [1]));
        Assert.Equal(1000, results.Count());
    }

    [Fact]
    public void The_items_of_a_chunk_go_to_one_worker()
    {
        (int Process, int Thread)[] places = Shared.Map(
            static _ =>
            {
                System.Threading.Thread.Sleep(1);   // so that the other worker would take its part
                return (Environment.ProcessId, Environment.CurrentManagedThreadId);
            },
            Enumerable.Range(0, 50),
            chunksize: 50);
        Assert.Single(places.Distinct());
    }

    [Fact]
    public void A_callback_for_one_kind_of_outcome_gets_that_kind()
    {
        var results = new List<int>();
        var failures = new List<Exception>();
        Shared.ApplyAsync(Fail, 5, errorCallback: failures.Add).Wait(Cancellation);
        Shared.ApplyAsync(Square, 5, errorCallback: failures.Add).Wait(Cancellation);
        Assert.Equal("5", Assert.Single(failures).Message);
        Shared.ApplyAsync(Square, 3, callback: results.Add).Wait(Cancellation);
        Shared.ApplyAsync(Fail, 3, callback: results.Add).Wait(Cancellation);
        Assert.Equal([9], results);
    }

    [Fact]
    public void Its_text_says_how_many_results_are_not_ready_and_whether_it_is_closed()
    {
        using Pool own = NewPool(1);
        using var go = new Event();
        AsyncResult<bool> call = own.ApplyAsync(() => go.TryWait(Timeout.InfiniteTimeSpan));
        Assert.Contains(", open, unfinished=1,", own.ToString(), StringComparison.Ordinal);
        go.Set();
        call.Wait(Cancellation);
        Eventually.Holds(() => own.ToString().Contains(", open, unfinished=0,", StringComparison.Ordinal));
        own.Close();
        Assert.Contains(", closed, unfinished=0,", own.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_join_says_that_all_calls_have_ended()
    {
        using Pool own = NewPool(1);
        using var go = new Event();
        _ = own.ApplyAsync(() => go.TryWait(Timeout.InfiniteTimeSpan));
        own.Close();
        ValueTask<bool> awaited = own.TryJoinAsync(Ample, Cancellation);
        Task<bool> blocked = Task.Run(() => own.TryJoin(Ample, Cancellation), Cancellation);
        Assert.False(own.TryJoin(Brief, Cancellation));
        Assert.False(await own.TryJoinAsync(Brief, Cancellation));
        go.Set();
        Assert.True(await awaited);
        Assert.True(await blocked);
    }

    [Fact]
    public void A_join_submits_the_rest_of_the_lazy_maps_that_go_on_until_its_time_is_up_or_its_token_cancelled()
    {
        using Pool own = NewPool(1);
        MapResults<int> first = own.Imap(Square, Enumerable.Range(0, 500));
        MapResults<int> second = own.Imap(Square, Enumerable.Range(0, 500));
        Assert.Equal(500, first.Count());
        own.Close();
        Assert.True(own.TryJoin(Ample, Cancellation));
        Assert.Equal(500, second.Count());
        using Pool endless = NewPool(1);
        MapResults<int> results = endless.Imap(Square, Forever());
        endless.Close();
        Assert.False(endless.TryJoin(Brief, Cancellation));
        using var cancel = new CancellationTokenSource(Brief);
        Assert.ThrowsAny<OperationCanceledException>(() => endless.TryJoin(Timeout.InfiniteTimeSpan, cancel.Token));
        GC.KeepAlive(results);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_a_using_block_waits_for_a_call_that_runs(bool awaits)
    {
        using var go = new Event();
        Pool own = NewPool(1);
        AsyncResult<bool> call = own.ApplyAsync(() => go.TryWait(Timeout.InfiniteTimeSpan));
        Task opened = Open();
        if (awaits)
        {
            await own.DisposeAsync();
        }
        else
        {
            own.Dispose();
        }

        Assert.True(call.Ready);
        await opened;

        async Task Open()
        {
            await Task.Delay(Brief, Cancellation);
            go.Set();
        }
    }

    [Fact]
    public async Task A_shutdown_with_a_negative_deadline_changes_nothing()
    {
        Assert.Throws<ArgumentOutOfRangeException>("deadline", () => Shared.Shutdown(TimeSpan.FromTicks(-5)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("deadline", async () => await Shared.ShutdownAsync(TimeSpan.FromTicks(-5)));
        Assert.Equal(9, Shared.Apply(Square, 3));
    }

    private static IEnumerable<int> Forever()
    {
        while (true)
        {
            yield return 1;
        }
    }
}
