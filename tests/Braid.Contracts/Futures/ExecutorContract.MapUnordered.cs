namespace Braid.Contracts;

public abstract partial class ExecutorContract
{
    [Theory]
    [InlineData(1, null)]
    [InlineData(7, null)]
    [InlineData(1, 4)]
    [InlineData(3, 7)]
    public async Task An_unordered_map_gives_each_result_once(int chunksize, int? buffersize)
    {
        using Futures.Executor executor = NewExecutor(3);
        int[] expected = [.. Enumerable.Range(0, 30).Select(Square)];
        Assert.Equal(expected, executor.MapUnordered(Square, Enumerable.Range(0, 30), chunksize: chunksize, buffersize: buffersize).Order());
        var got = new List<int>();
        await foreach (int result in executor.MapUnordered(Square, Enumerable.Range(0, 30), chunksize: chunksize, buffersize: buffersize))
        {
            got.Add(result);
        }

        Assert.Equal(expected, got.Order());
    }

    [Fact]
    public void A_slow_item_holds_up_no_other_of_an_unordered_map()
    {
        using Futures.Executor executor = NewExecutor(2);
        ISignal go = NewSignal();
        using IEnumerator<int> results = executor.MapUnordered(WaitUnlessZero(go), Enumerable.Repeat(0, 39).Prepend(1), chunksize: 1, buffersize: 4).GetEnumerator();
        for (int i = 1; i < 40; i++)
        {
            Assert.True(results.MoveNext());
            Assert.Equal(0, results.Current);
        }

        go.Set();
        Assert.True(results.MoveNext());
        Assert.Equal(1, results.Current);
        Assert.False(results.MoveNext());
    }

    [Theory]
    [InlineData(1, 4, false)]
    [InlineData(2, 4, false)]
    [InlineData(4, 4, false)]
    [InlineData(4, 100, false)]
    [InlineData(1, 4, true)]
    [InlineData(2, 4, true)]
    [InlineData(4, 100, true)]
    public void What_the_source_throws_comes_after_the_results_of_the_items_before(int chunksize, int buffersize, bool isUnordered)
    {
        using Futures.Executor executor = NewExecutor(2);
        bool isDisposed = false;
        IEnumerable<int> source = Failing(7, () => isDisposed = true);
        IEnumerable<int> results = isUnordered
            ? executor.MapUnordered(Square, source, chunksize: chunksize, buffersize: buffersize)
            : executor.Map(Square, source, chunksize: chunksize, buffersize: buffersize);
        var got = new List<int>();
        Assert.Throws<ArithmeticException>(() =>
        {
            foreach (int result in results)
            {
                got.Add(result);
            }
        });
        Assert.Equal(Enumerable.Range(0, 7).Select(Square), isUnordered ? got.Order() : got);
        Assert.True(isDisposed);
    }

    [Fact]
    public void What_the_source_throws_is_thrown_by_the_call_of_a_map_without_a_buffer_size()
    {
        using Futures.Executor executor = NewExecutor(1);
        Assert.Throws<ArithmeticException>(() => executor.Map(Square, Failing(3, static () => { })));
        Assert.Throws<ArithmeticException>(() => executor.MapUnordered(Square, Failing(3, static () => { })));
    }

    [Fact]
    public void Leaving_an_unordered_map_early_cancels_what_has_not_begun_and_disposes_of_the_source()
    {
        Futures.Executor executor = NewExecutor(1);
        ISignal go = NewSignal();
        bool isDisposed = false;
        foreach (int result in executor.MapUnordered(WaitUnlessZero(go), Failing(1000, () => isDisposed = true), buffersize: 50))
        {
            Assert.Equal(0, result);
            break;
        }

        Assert.True(isDisposed);
        go.Set();
        executor.Shutdown();
        Assert.Equal(0, Pending(executor));
    }

    [Fact]
    public async Task An_unordered_map_fails_when_its_time_is_up_or_its_token_is_cancelled()
    {
        using Futures.Executor executor = NewExecutor(1);
        ISignal go = NewSignal();
        using var cancel = new CancellationTokenSource();
        using IEnumerator<int> results = executor.MapUnordered(WaitUnlessZero(go), [0, 1, 2], timeout: TimeSpan.FromMilliseconds(200)).GetEnumerator();
        await using IAsyncEnumerator<int> others = executor.MapUnordered(WaitUnlessZero(go), [1, 2]).GetAsyncEnumerator(cancel.Token);
        ValueTask<bool> next = others.MoveNextAsync();
        Assert.Throws<TimeoutException>(() =>
        {
            while (results.MoveNext())
            {
                Assert.Equal(0, results.Current);
            }
        });
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.AsTask());
        go.Set();
    }

    [Fact]
    public void A_failed_item_of_an_unordered_map_ends_it()
    {
        using Futures.Executor executor = NewExecutor(1);
        var got = new List<int>();
        Assert.Throws<ArithmeticException>(() =>
        {
            foreach (int result in executor.MapUnordered(FailAtThree, Naturals(), buffersize: 1))
            {
                got.Add(result);
            }
        });
        Assert.Equal([0, 1, 2], got);
    }

    private static IEnumerable<int> Failing(int at, Action onDispose)
    {
        try
        {
            for (int i = 0; i < at; i++)
            {
                yield return i;
            }

            throw new ArithmeticException("the source");
        }
        finally
        {
            onDispose();
        }
    }
}
