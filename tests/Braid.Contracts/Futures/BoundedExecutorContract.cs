using Braid.Futures;

namespace Braid.Contracts;

/// <summary>A bound on the calls that are submitted and not begun.</summary>
public abstract class BoundedExecutorContract : TimedTest
{
    /// <summary>An executor with one worker.</summary>
    protected abstract Executor NewExecutor(int maxPending);

    [Fact]
    public void A_call_is_refused_while_as_many_are_pending_as_may_be()
    {
        using Executor executor = NewExecutor(2);
        using Gate gate = Gate.Occupying(executor);
        Assert.True(executor.TrySubmit(static () => 1, out Future<int>? first));
        Assert.True(executor.TrySubmit(static () => 2, out Future<int>? second));
        Assert.False(executor.TrySubmit(static () => 3, out Future<int>? third));
        Assert.False(executor.TrySubmit(static () => { }, out Future? fourth, Brief, Cancellation));
        Assert.Null(third);
        Assert.Null(fourth);
        gate.Open();
        Assert.Equal((1, 2), (first.Result(Cancellation), second.Result(Cancellation)));
        Assert.True(executor.TrySubmit(static () => 3, out third, Ample, Cancellation));
        Assert.Equal(3, third.Result(Cancellation));
    }

    [Fact]
    public async Task A_submission_waits_until_a_call_begins()
    {
        using Executor executor = NewExecutor(1);
        using Gate gate = Gate.Occupying(executor);
        Future<int> pending = executor.Submit(static () => 1);
        Future<int>? blocked = null;
        var submitter = new Threading.Thread(() => blocked = executor.Submit(static () => 2));
        submitter.Start();
        ValueTask<Future<int>> awaited = executor.SubmitAsync(static () => 3, Cancellation);
        Assert.False(submitter.TryJoin(Brief));
        Assert.False(awaited.IsCompleted);
        gate.Open();
        submitter.Join(Cancellation);
        Assert.Equal((1, 2, 3), (pending.Result(Cancellation), blocked!.Result(Cancellation), (await awaited).Result(Cancellation)));
    }

    [Fact]
    public void A_cancelled_call_gives_its_place_back()
    {
        using Executor executor = NewExecutor(1);
        using Gate gate = Gate.Occupying(executor);
        for (int round = 0; round < 10; round++)
        {
            Assert.True(executor.TrySubmit(static () => 1, out Future<int>? pending, Ample, Cancellation));
            Assert.False(executor.TrySubmit(static () => 2, out _));
            Assert.True(pending.Cancel());
        }

        gate.Open();
        Assert.Equal(3, executor.Submit(static () => 3).Result(Cancellation));
    }

    [Fact]
    public void A_submission_that_fails_gives_its_place_back()
    {
        using Executor executor = NewExecutor(1);
        for (int round = 0; round < 5; round++)
        {
            Assert.Throws<ArgumentNullException>(() => executor.Submit((Func<int>)null!));
            Assert.Equal(round, executor.Submit(Constant(round)).Result(Cancellation));
        }

        Assert.True(executor.TrySubmit(static () => 1, out Future<int>? last));
        Assert.Equal(1, last.Result(Cancellation));
    }

    [Fact]
    public async Task A_shutdown_ends_the_wait()
    {
        using Executor executor = NewExecutor(1);
        using Gate gate = Gate.Occupying(executor);
        Future<int> pending = executor.Submit(static () => 1);
        Exception? refused = null;
        var submitter = new Threading.Thread(() => refused = Record.Exception(() => executor.Submit(static () => 2)));
        submitter.Start();
        ValueTask<Future<int>> awaited = executor.SubmitAsync(static () => 3, Cancellation);
        executor.Shutdown(wait: false);
        submitter.Join(Cancellation);
        Assert.IsType<InvalidOperationException>(refused);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await awaited);
        gate.Open();
        Assert.Equal(1, pending.Result(Cancellation));
    }

    [Fact]
    public async Task A_token_ends_the_wait()
    {
        using Executor executor = NewExecutor(1);
        using Gate gate = Gate.Occupying(executor);
        Future<int> pending = executor.Submit(static () => 1);
        using var source = new CancellationTokenSource();
        ValueTask<Future<int>> awaited = executor.SubmitAsync(static () => 3, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await awaited);
        Assert.True(executor.Submit(static () => 2, source.Token).Cancelled);
        gate.Open();
        Assert.Equal(1, pending.Result(Cancellation));
    }

    [Fact]
    public async Task Asynchronous_functions_are_waited_for_in_every_shape()
    {
        using Executor executor = NewExecutor(4);
        Assert.True(executor.TrySubmit(static async () => { await Task.Yield(); return 5; }, out Future<int>? five, Ample, Cancellation));
        Assert.Equal(5, five.Result(Cancellation));
        Future<int> six = await executor.SubmitAsync(static async () => { await Task.Yield(); return 6; }, Cancellation);
        Assert.Equal(6, six.Result(Cancellation));
        Future fails = await executor.SubmitAsync(static async () => { await Task.Yield(); throw new ArithmeticException(); }, Cancellation);
        Assert.Throws<ArithmeticException>(() => fails.Result(Cancellation));
    }

    [Fact]
    public void Maps_keep_to_the_bound_and_end()
    {
        using Executor executor = NewExecutor(2);
        Assert.Equal(Enumerable.Range(1, 50), executor.Map(static n => n + 1, Enumerable.Range(0, 50), chunksize: 1));
        Assert.Equal(Enumerable.Range(1, 50), executor.MapUnordered(static n => n + 1, Enumerable.Range(0, 50), chunksize: 3, buffersize: 30).Order());
    }

    [Fact]
    public void Maps_read_no_further_than_the_bound_lets_them()
    {
        using Executor executor = NewExecutor(2);
        using Gate gate = Gate.Occupying(executor);
        int read = 0;
        IEnumerable<int> source = Enumerable.Range(0, 50).Select(number =>
        {
            Interlocked.Increment(ref read);
            return number;
        });
        List<int> results = [];
        var mapper = new Threading.Thread(() => results.AddRange(executor.Map(static n => n + 1, source, chunksize: 1)));
        mapper.Start();
        Eventually.Holds(() => Volatile.Read(ref read) == 3);   // two are pending, and the call of the third waits for a place
        Assert.False(mapper.TryJoin(Brief));
        Assert.Equal(3, Volatile.Read(ref read));
        gate.Open();
        mapper.Join(Cancellation);
        Assert.Equal(Enumerable.Range(1, 50), results);
    }

    private static Func<int> Constant(int number) => () => number;

    /// <summary>Keeps the only worker busy until it is opened.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly Multiprocessing.Event _begun = new();
        private readonly Multiprocessing.Event _opened = new();

        public static Gate Occupying(Executor executor)
        {
            var gate = new Gate();
            _ = executor.Submit(Call(gate._begun, gate._opened));
            gate._begun.Wait();
            return gate;
        }

        public void Open() => _opened.Set();

        public void Dispose() => Open();

        private static Action Call(Multiprocessing.Event begun, Multiprocessing.Event opened) => () =>
        {
            begun.Set();
            opened.Wait();
        };
    }
}
