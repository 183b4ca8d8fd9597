using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A chunk of a map is one task, but each of its items ends for itself.</summary>
public sealed class ProcessPoolChunkTests : TimedTest
{
    private const int Items = 10;
    private const int Bad = 5;

    [Theory]
    [InlineData("hangs", typeof(TaskTimeoutException))]
    [InlineData("dies", typeof(WorkerCrashedException))]
    [InlineData("leaves", typeof(WorkerExitedException))]
    [InlineData("throws", typeof(ArithmeticException))]
    public void An_item_that_ends_its_worker_costs_no_result_of_those_before(string way, Type failure)
    {
        using var pool = new ProcessPoolExecutor(Limited());
        using var begun = new RawArray<int>(Items);
        var got = new List<Answer>();
        Exception? thrown = Record.Exception(() => got.AddRange(Each(pool.Map(BadOnce(way, begun, times: 1), Enumerable.Range(0, Items), chunksize: Items), got)));
        Assert.IsType(failure, thrown);
        Assert.Equal(Enumerable.Range(0, Bad).Select(static i => new Answer(i, $"{i}")), got);
        Assert.Equal([1, 1, 1, 1, 1, 1, 0, 0, 0, 0], begun);
        PoolFault.AssertServes(pool);
    }

    [Theory]
    [InlineData("hangs", typeof(TaskTimeoutException))]
    [InlineData("dies", typeof(WorkerCrashedException))]
    [InlineData("throws", typeof(ArithmeticException))]
    public void The_items_behind_one_that_ends_its_worker_run_once(string way, Type failure)
    {
        using var pool = new Pool(Limited());
        using var begun = new RawArray<int>(Items);
        Exception? thrown = Record.Exception(() => pool.Map(BadOnce(way, begun, times: 1), Enumerable.Range(0, Items), chunksize: Items, token: Cancellation));
        Assert.IsType(failure, thrown);
        Assert.All(begun, static times => Assert.Equal(1, times));
    }

    [Theory]
    [InlineData("hangs", typeof(TaskTimeoutException))]
    [InlineData("dies", typeof(WorkerCrashedException))]
    [InlineData("throws", typeof(ArithmeticException))]
    public void Plain_numbers_are_kept_too(string way, Type failure)
    {
        using var pool = new ProcessPoolExecutor(Limited());
        using var begun = new RawArray<int>(Items);
        Func<int, Answer> function = BadOnce(way, begun, times: 1);
        var got = new List<int>();
        Exception? thrown = Record.Exception(() => Each(pool.Map(NumberOf(function), Enumerable.Range(0, Items), chunksize: Items), got));
        Assert.IsType(failure, thrown);
        Assert.Equal(Enumerable.Range(0, Bad), got);
    }

    [Fact]
    public void The_first_failure_of_a_chunk_is_told_although_a_later_item_kills_the_worker()
    {
        using var pool = new Pool(1);
        using var begun = new RawArray<int>(Items);
        Func<int, Answer> dies = BadOnce("dies", begun, times: 1);
        Func<int, Answer> throwsBefore = number => number == 2 ? throw new ArithmeticException("the first") : dies(number);
        Assert.Equal("the first", Assert.Throws<ArithmeticException>(() => pool.Map(throwsBefore, Enumerable.Range(0, Items), chunksize: Items, token: Cancellation)).Message);
        Assert.Equal([1, 1, 0, 1, 1, 1, 1, 1, 1, 1], begun);
    }

    [Fact]
    public void An_item_that_crashed_is_tried_again_and_the_others_are_not()
    {
        using var pool = new ProcessPoolExecutor(Limited() with { Retries = 2 });
        using var begun = new RawArray<int>(Items);
        Assert.Equal(
            Enumerable.Range(0, Items).Select(static i => new Answer(i, $"{i}")),
            pool.Map(BadOnce("dies", begun, times: 2), Enumerable.Range(0, Items), chunksize: Items));
        Assert.Equal([1, 1, 1, 1, 1, 3, 1, 1, 1, 1], begun);
        Assert.Equal(2, pool.Figures.Retried);
        using var again = new RawArray<int>(Items);
        Assert.Equal(Enumerable.Range(0, Items), pool.Map(NumberOf(BadOnce("dies", again, times: 2)), Enumerable.Range(0, Items), chunksize: Items));
    }

    [Fact]
    public void An_item_that_throws_is_tried_again_in_a_chunk_too()
    {
        foreach (bool isOrdered in new[] { true, false })
        {
            using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, ExceptionRetries = 2 });
            using var begun = new RawArray<int>(Items);
            Func<int, Answer> function = BadOnce("throws", begun, times: 2);
            MapResults<Answer> results = isOrdered ? pool.Map(function, Enumerable.Range(0, Items), chunksize: Items) : pool.MapUnordered(function, Enumerable.Range(0, Items), chunksize: 3);
            Assert.Equal(Items, results.Count());
            Assert.Equal([1, 1, 1, 1, 1, 3, 1, 1, 1, 1], begun);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_exception_tells_what_the_attempts_before_it_ended_with(bool isInChunk)
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, ExceptionRetries = 2 });
        using var begun = new RawArray<int>(Items);
        Func<int, Answer> function = BadOnce("throws", begun, times: 100);
        Exception thrown = Assert.ThrowsAny<ArithmeticException>(() => isInChunk ? pool.Map(function, [Bad]).First() : pool.Submit(DelegateAdapters.Bind(function, Bad)).Result(Cancellation));
        string earlier = Assert.IsType<string>(thrown.Data["Earlier attempts"]);
        Assert.Contains("attempt 1: System.ArithmeticException: bad 1", earlier, StringComparison.Ordinal);
        Assert.Contains("attempt 2: System.ArithmeticException: bad 2", earlier, StringComparison.Ordinal);
        Assert.Equal("bad 3", thrown.Message);
    }

    [Fact]
    public void A_crash_after_exceptions_tells_all_attempts()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, ExceptionRetries = 1 });
        using var begun = new RawValue<int>();
        var failure = PoolFault.Fails<WorkerCrashedException>(pool.Submit(ThrowThenDie(begun)));
        Assert.Contains("attempt 1: System.ArithmeticException: not yet", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_limit_counts_for_one_item_and_not_for_the_chunk()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, TaskTimeout = TimeSpan.FromSeconds(4) });
        Assert.Equal(Items, pool.Map(static i => WaitALittle(i), Enumerable.Range(0, Items), chunksize: Items).Count());
    }

    [Fact]
    public void A_result_that_cannot_travel_fails_its_item_and_those_before_are_there()
    {
        using var pool = new ProcessPoolExecutor(1);
        var got = new List<object>();
        Assert.Throws<PayloadException>(() => got.AddRange(Each(pool.Map(static i => i == Bad ? new System.Threading.Timer(static _ => { }) : (object)i, Enumerable.Range(0, Items), chunksize: Items), got)));
        Assert.Equal(Enumerable.Range(0, Bad).Cast<object>(), got);
    }

    [Fact]
    public void Large_results_of_many_chunks_arrive_whole()
    {
        using var pool = new ProcessPoolExecutor(2);
        int number = 0;
        foreach (byte[] result in pool.Map(static i => Fill(i), Enumerable.Range(0, 400), chunksize: 4, buffersize: 40))
        {
            Assert.Equal(1_000_000, result.Length);
            Assert.Equal((byte)number++, result[^1]);
        }

        Assert.Equal(400, number);
    }

    private static ProcessPoolOptions Limited() => new() { MaxWorkers = 1, TaskTimeout = TimeSpan.FromSeconds(4) };

    /// <summary>Enumerates, and puts each result down before the next is asked for.</summary>
    private static T[] Each<T>(IEnumerable<T> results, List<T> got)
    {
        foreach (T result in results)
        {
            got.Add(result);
        }

        return [];
    }

    private static Func<int, int> NumberOf(Func<int, Answer> function) => number => function(number).Number;

    private static Func<int, Answer> BadOnce(string way, RawArray<int> begun, int times) => number =>
    {
        if (++begun[number] <= times && number == Bad)
        {
            Misbehave(way, begun[number]);
        }

        return new Answer(number, $"{number}");
    };

    private static void Misbehave(string way, int time)
    {
        switch (way)
        {
            case "dies":
                PoolFault.KillMyself();
                break;
            case "leaves":
                PoolFault.ExitNow(3);
                break;
            case "throws":
                throw new ArithmeticException($"bad {time}");
            default:
                new Threading.Event().Wait();
                break;
        }
    }

    private static Func<int> ThrowThenDie(RawValue<int> begun) => () =>
    {
        if (++begun.Value == 1)
        {
            throw new ArithmeticException("not yet");
        }

        PoolFault.KillMyself();
        return 0;
    };

    private static int WaitALittle(int number)
    {
        new Threading.Event().TryWait(TimeSpan.FromSeconds(0.6));
        return number;
    }

    private static byte[] Fill(int number)
    {
        byte[] bytes = new byte[1_000_000];
        bytes.AsSpan().Fill((byte)number);
        return bytes;
    }

    private sealed record Answer(int Number, string Text);
}
