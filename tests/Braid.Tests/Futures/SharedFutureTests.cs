namespace Braid.Tests;

/// <summary>One future that very many wait for together with another of their own: to stop waiting costs each the same, however many there are.</summary>
/// <remarks>So many that a search for each among the others would take a minute or more, and without one a second.</remarks>
public sealed class SharedFutureTests : TimedTest
{
    private const int VeryMany = 150_000;

    [Fact]
    public void Waits_for_one_of_two_end_at_a_cost_of_their_own()
    {
        var stop = new Futures.Future<int>();
        Futures.Future<int>[] own = [.. Enumerable.Range(0, VeryMany).Select(_ => new Futures.Future<int>())];
        Task[] waits = [.. own.Select(future => Futures.Future.WaitAsync([future, stop], returnWhen: Futures.ReturnWhen.FirstCompleted).AsTask())];
        new Random(1).Shuffle(own);
        foreach (Futures.Future<int> future in own)
        {
            future.SetResult(1);
        }

        Assert.True(Task.WaitAll(waits, Ample));
    }

    [Fact]
    public async Task Waits_that_one_token_cancels_end_at_a_cost_of_their_own()
    {
        var common = new Futures.Future<int>();
        using var source = new CancellationTokenSource();
        Task[] waits = [.. Enumerable.Range(0, VeryMany).Select(_ => Futures.Future.WaitAsync([common], token: source.Token).AsTask())];
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waits).WaitAsync(Ample));
    }

    [Fact]
    public void Streams_that_are_left_early_are_left_at_a_cost_of_their_own()
    {
        var common = new Futures.Future<int>();
        var left = new List<IEnumerator<Futures.Future<int>>>();
        for (int index = 0; index < VeryMany; index++)
        {
            var own = new Futures.Future<int>();
            own.SetResult(1);
            IEnumerator<Futures.Future<int>> stream = Futures.Future.AsCompleted([own, common]).GetEnumerator();
            Assert.True(stream.MoveNext());
            left.Add(stream);
        }

        left.Reverse();
        left.ForEach(static stream => stream.Dispose());
        Assert.Equal(0, common.WaiterCount);
    }

    [Fact]
    public void What_stopped_waiting_is_not_kept_by_the_future_it_waited_for()
    {
        var common = new Futures.Future<int>();
        WeakReference own = Wait(common);
        Eventually.Holds(() =>
        {
            GC.Collect();
            return !own.IsAlive;
        });
        GC.KeepAlive(common);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference Wait(Futures.Future<int> common)
        {
            var own = new Futures.Future<int>();
            own.SetResult(1);
            Futures.Future.Wait([own, common], returnWhen: Futures.ReturnWhen.FirstCompleted);
            return new WeakReference(own);
        }
    }
}
