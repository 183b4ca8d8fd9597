using System.Globalization;
using System.Runtime.CompilerServices;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Contracts;

/// <content>Maps whose results are read as they come.</content>
public abstract partial class PoolContract
{
    private const int LazyItems = 100;

    public static TheoryData<bool, int> LazyMaps => new() { { false, 1 }, { false, 3 }, { false, 20 }, { true, 1 }, { true, 3 }, { true, 20 } };

    [Theory]
    [MemberData(nameof(LazyMaps))]
    public async Task A_failed_item_of_a_lazy_map_does_not_end_the_enumeration(bool isUnordered, int chunksize)
    {
        using IEnumerator<int> results = Lazily(Shared, isUnordered, chunksize, begun: null).GetEnumerator();
        Assert.Equal(Outcomes(), InOrder(isUnordered, await AllOutcomes(() => ValueTask.FromResult(results.MoveNext()), () => results.Current)));
        Assert.False(results.MoveNext());
        await using IAsyncEnumerator<int> awaited = Lazily(Shared, isUnordered, chunksize, begun: null).GetAsyncEnumerator(Cancellation);
        Assert.Equal(Outcomes(), InOrder(isUnordered, await AllOutcomes(awaited.MoveNextAsync, () => awaited.Current)));
        Assert.False(await awaited.MoveNextAsync());
    }

    [Theory]
    [MemberData(nameof(LazyMaps))]
    public async Task The_results_of_a_lazy_map_can_be_read_after_the_close(bool isUnordered, int chunksize)
    {
        using Pool own = NewPool(2);
        using IEnumerator<int> results = Lazily(own, isUnordered, chunksize, begun: null).GetEnumerator();
        Assert.True(results.MoveNext());
        int first = results.Current;
        own.Close();
        Assert.Throws<InvalidOperationException>(() => own.Imap(Square, [1]));
        List<string> outcomes = await AllOutcomes(() => ValueTask.FromResult(results.MoveNext()), () => results.Current);
        Assert.Equal(Outcomes(), InOrder(isUnordered, [$"{first}", .. outcomes]));
        own.Join(Cancellation);
    }

    [Theory]
    [MemberData(nameof(LazyMaps))]
    public async Task The_results_of_a_lazy_map_can_be_read_after_the_join(bool isUnordered, int chunksize)
    {
        using Pool own = NewPool(2);
        MapResults<int> unread = Lazily(own, isUnordered, chunksize, begun: null);
        MapResults<int> begun = Lazily(own, isUnordered, chunksize, begun: null);
        using IEnumerator<int> results = begun.GetEnumerator();
        Assert.True(results.MoveNext());
        int first = results.Current;
        own.Close();
        await own.JoinAsync(Cancellation);
        List<string> outcomes = await AllOutcomes(() => ValueTask.FromResult(results.MoveNext()), () => results.Current);
        Assert.Equal(Outcomes(), InOrder(isUnordered, [$"{first}", .. outcomes]));
        using IEnumerator<int> later = unread.GetEnumerator();
        Assert.Equal(Outcomes(), InOrder(isUnordered, await AllOutcomes(() => ValueTask.FromResult(later.MoveNext()), () => later.Current)));
    }

    [Theory]
    [MemberData(nameof(LazyMaps))]
    public async Task Every_item_of_a_lazy_map_runs_once_whichever_fail(bool isUnordered, int chunksize)
    {
        using var begun = new RawArray<int>(LazyItems);
        using IEnumerator<int> results = Lazily(Shared, isUnordered, chunksize, begun).GetEnumerator();
        Assert.Equal(LazyItems, (await AllOutcomes(() => ValueTask.FromResult(results.MoveNext()), () => results.Current)).Count);
        Assert.All(begun, static times => Assert.Equal(1, times));
    }

    [Fact]
    public void A_lazy_map_that_is_left_or_forgotten_does_not_hold_up_the_end_of_the_pool()
    {
        using Pool own = NewPool(1);
        WeakReference forgotten = LeaveAndForget(own);
        own.Close();
        Eventually.Holds(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !forgotten.IsAlive;
        });
        own.Join(Cancellation);
    }

    [Fact]
    public void The_end_of_a_using_block_refuses_what_a_lazy_map_has_not_submitted()
    {
        IEnumerator<int> results;
        using (Pool own = NewPool(1))
        {
            results = own.Imap(Square, Enumerable.Range(0, int.MaxValue)).GetEnumerator();
            Assert.True(results.MoveNext());
        }

        Assert.Throws<InvalidOperationException>(() =>
        {
            while (results.MoveNext())
            {
            }
        });
        Assert.False(results.MoveNext());
    }

    [Fact]
    public void A_join_whose_time_is_up_reads_no_further()
    {
        using Pool own = NewPool(1);
        using IEnumerator<int> results = own.Imap(Square, Enumerable.Range(0, int.MaxValue)).GetEnumerator();
        own.Close();
        Assert.False(own.TryJoin(Brief, Cancellation));
        own.Terminate();
        own.Join(Cancellation);
    }

    private static MapResults<int> Lazily(Pool pool, bool isUnordered, int chunksize, RawArray<int>? begun)
    {
        Func<int, int> function = begun is null ? static n => n % 7 == 3 ? Fail(n) : n : n =>
        {
            begun[n]++;
            return n % 7 == 3 ? Fail(n) : n;
        };
        IEnumerable<int> source = Enumerable.Range(0, LazyItems).Where(static _ => true);
        return isUnordered ? pool.ImapUnordered(function, source, chunksize) : pool.Imap(function, source, chunksize);
    }

    private static IEnumerable<string> Outcomes() => Enumerable.Range(0, LazyItems).Select(static n => n % 7 == 3 ? $"failed {n}" : $"{n}");

    private static IEnumerable<string> InOrder(bool isUnordered, IEnumerable<string> outcomes) =>
        isUnordered ? outcomes.OrderBy(static outcome => int.Parse(outcome.Split(' ')[^1], CultureInfo.InvariantCulture)) : outcomes;

    private static async Task<List<string>> AllOutcomes(Func<ValueTask<bool>> moveNext, Func<int> current)
    {
        var outcomes = new List<string>();
        while (true)
        {
            try
            {
                if (!await moveNext())
                {
                    return outcomes;
                }

                outcomes.Add($"{current()}");
            }
            catch (ArithmeticException failure)
            {
                outcomes.Add($"failed {failure.Message}");
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference LeaveAndForget(Pool pool)
    {
        Assert.Equal(3, pool.Imap(Square, Enumerable.Range(0, int.MaxValue)).Take(3).Count());
        return new WeakReference(pool.Imap(Square, Enumerable.Range(0, int.MaxValue), chunksize: 4));
    }
}
