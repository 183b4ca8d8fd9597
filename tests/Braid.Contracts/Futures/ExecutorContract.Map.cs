namespace Braid.Contracts;

public abstract partial class ExecutorContract
{
    [Theory]
    [InlineData(1, null)]
    [InlineData(3, null)]
    [InlineData(100, null)]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(3, 7)]
    [InlineData(9, 2)]
    public async Task Map_gives_the_results_in_the_order_of_the_items(int chunksize, int? buffersize)
    {
        using Futures.Executor executor = NewExecutor(3);
        int[] expected = [.. Enumerable.Range(0, 30).Select(Square)];
        int[] blocking = [.. executor.Map(Square, Enumerable.Range(0, 30), chunksize: chunksize, buffersize: buffersize)];
        Assert.Equal(expected, blocking);
        var got = new List<int>();
        await foreach (int result in executor.Map(Square, Enumerable.Range(0, 30), chunksize: chunksize, buffersize: buffersize))
        {
            got.Add(result);
        }

        Assert.Equal(expected, got);
    }

    [Fact]
    public void Map_over_two_sources_stops_at_the_end_of_the_shorter()
    {
        using Futures.Executor executor = NewExecutor(2);
        Assert.Equal([1, 8, 9], [.. executor.Map(Power, new[] { 1, 2, 3, 4 }, new[] { 5, 3, 2 })]);
        Assert.Equal([0, 1], [.. executor.Map(Power, Naturals(), new[] { 3, 2 }, buffersize: 2)]);
        IEnumerable<int> endless = executor.Map(Power, Naturals(), Enumerable.Repeat(2, int.MaxValue), buffersize: 3);
        Assert.Equal([0, 1, 4, 9], endless.Take(4));
    }

    [Fact]
    public void Map_throws_what_a_call_threw_after_the_results_before_it_and_then_ends()
    {
        using Futures.Executor executor = NewExecutor(2);
        foreach (int chunksize in new[] { 1, 2, 8 })
        {
            using IEnumerator<int> results = executor.Map(FailAtThree, Enumerable.Range(0, 6), chunksize: chunksize).GetEnumerator();
            for (int i = 0; i < 3; i++)
            {
                Assert.True(results.MoveNext());
                Assert.Equal(i, results.Current);
            }

            Assert.Throws<ArithmeticException>(() => results.MoveNext());
            Assert.False(results.MoveNext());
        }
    }

    [Fact]
    public async Task Map_fails_when_its_time_is_up_and_cancels_what_has_not_begun()
    {
        using Futures.Executor executor = NewExecutor(1);
        ISignal go = NewSignal();
        using IEnumerator<int> results = executor.Map(WaitUnlessZero(go), [0, 1, 2, 3], timeout: TimeSpan.FromMilliseconds(200)).GetEnumerator();
        IAsyncEnumerator<int> others = executor.Map(WaitUnlessZero(go), [1, 2], timeout: TimeSpan.Zero).GetAsyncEnumerator(Cancellation);
        await Assert.ThrowsAsync<TimeoutException>(() => others.MoveNextAsync().AsTask());
        Assert.Throws<TimeoutException>(() =>
        {
            while (results.MoveNext())
            {
                Assert.Equal(0, results.Current);
            }
        });
        Assert.False(results.MoveNext());
        go.Set();
        executor.Shutdown();
    }

    [Fact]
    public void Map_submits_everything_at_once_without_a_buffer_size()
    {
        using Futures.Executor executor = NewExecutor(1);
        int read = 0;
        executor.Map(Square, Counting(Enumerable.Range(0, 100), () => read++));
        Assert.Equal(100, read);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(6, 2)]
    public void Map_with_a_buffer_size_never_has_more_results_submitted_and_not_consumed(int buffersize, int chunksize)
    {
        using Futures.Executor executor = NewExecutor(2);
        int read = 0;
        int consumed = 0;
        using IEnumerator<int> results = executor.Map(Square, Counting(Naturals(), () => read++), chunksize: chunksize, buffersize: buffersize).GetEnumerator();
        Assert.Equal(buffersize, read);
        for (; consumed < 20; consumed++)
        {
            Assert.True(results.MoveNext());
            Assert.Equal(Square(consumed), results.Current);
            Assert.InRange(read - consumed, 1, buffersize);
        }

        Assert.True(read >= consumed);
    }

    [Fact]
    public void Leaving_a_map_early_cancels_the_calls_that_have_not_begun()
    {
        Futures.Executor executor = NewExecutor(1);
        ISignal go = NewSignal();
        foreach (int result in executor.Map(WaitUnlessZero(go), Enumerable.Range(0, 50), chunksize: 1))
        {
            Assert.Equal(0, result);
            break;
        }

        go.Set();
        executor.Shutdown();
        Assert.Equal(0, Pending(executor));
    }

    [Fact]
    public void The_results_of_a_map_can_be_enumerated_once()
    {
        using Futures.Executor executor = NewExecutor(1);
        Futures.MapResults<int> results = executor.Map(Square, (int[])[1, 2]);
        Assert.Equal([1, 4], [.. results]);
        Assert.Throws<InvalidOperationException>(() => results.GetEnumerator());
        Assert.Throws<InvalidOperationException>(() => results.GetAsyncEnumerator(Cancellation));
    }

    [Fact]
    public void Map_refuses_wrong_arguments_at_the_call()
    {
        using Futures.Executor executor = NewExecutor(1);
        Assert.Throws<ArgumentOutOfRangeException>("chunksize", () => executor.Map(Square, (int[])[1], chunksize: 0));
        Assert.Throws<ArgumentOutOfRangeException>("buffersize", () => executor.Map(Square, (int[])[1], buffersize: 0));
        Assert.Throws<ArgumentOutOfRangeException>("buffersize", () => executor.Map(Square, Array.Empty<int>(), buffersize: -1));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => executor.Map(Square, (int[])[1], timeout: TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentNullException>("source", () => executor.Map(Square, (int[])null!));
        Assert.Throws<ArgumentNullException>("function", () => executor.Map((Func<int, int>)null!, [1]));
    }

    [Fact]
    public void A_token_ends_the_wait_for_the_next_result_of_a_map()
    {
        using Futures.Executor executor = NewExecutor(1);
        ISignal go = NewSignal();
        using var cancel = new CancellationTokenSource();
        using IEnumerator<int> results = executor.Map(WaitUnlessZero(go), [0, 1, 2], token: cancel.Token).GetEnumerator();
        Assert.True(results.MoveNext());
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => results.MoveNext());
        go.Set();
    }

    private static int Power(int number, int exponent) => (int)Math.Pow(number, exponent);

    private static int FailAtThree(int number) => number == 3 ? throw new ArithmeticException() : number;

    /// <summary>A function that holds nothing but the signal, so that it can go to another process.</summary>
    private static Func<int, int> WaitUnlessZero(ISignal go) => number =>
    {
        if (number != 0)
        {
            go.Wait();
        }

        return number;
    };

    private static IEnumerable<int> Naturals()
    {
        for (int i = 0; ; i++)
        {
            yield return i;
        }
    }

    private static IEnumerable<int> Counting(IEnumerable<int> items, Action onRead)
    {
        foreach (int item in items)
        {
            onRead();
            yield return item;
        }
    }
}
