using System.Collections.Concurrent;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What a call has printed is passed on before its outcome is there.</summary>
public sealed class ProcessOutputOrderTests : TimedTest
{
    private const int Calls = 60;

    public ProcessOutputOrderTests()
        : base(TimeSpan.FromMinutes(10))
    {
    }

    [Fact]
    public void A_worker_in_which_nothing_can_have_been_printed_knows_it()
    {
        using var pool = new ProcessPoolExecutor(1);
        Assert.False(pool.Submit(static () => Printing.IsPossible).Result());   // else each call costs its parent a look at two pipes
        pool.Submit(static () => Console.Out.Flush()).Result();
        Assert.True(pool.Submit(static () => Printing.IsPossible).Result());
    }

    [Fact]
    public void A_result_comes_after_what_its_call_has_printed()
    {
        var lines = new ConcurrentDictionary<string, bool>();
        using var pool = Pool(lines);
        for (int number = 0; number < Calls; number++)
        {
            int n = number;
            Assert.Equal(n, pool.Submit(() => Print(n)).Result());
            Assert.Equal((true, true), (lines.ContainsKey($"out {n}"), lines.ContainsKey($"error {n}")));
        }
    }

    [Fact]
    public void A_failure_comes_after_what_its_call_has_printed()
    {
        var lines = new ConcurrentDictionary<string, bool>();
        using var pool = Pool(lines);
        for (int number = 0; number < Calls; number++)
        {
            int n = number;
            Assert.Throws<TimeoutException>(() => pool.Submit(() => Print(n) < 0 ? 0 : throw new TimeoutException()).Result());
            Assert.Equal((true, true), (lines.ContainsKey($"out {n}"), lines.ContainsKey($"error {n}")));
        }
    }

    [Fact]
    public void A_map_gives_its_results_after_what_they_have_printed()
    {
        var lines = new ConcurrentDictionary<string, bool>();
        using var pool = Pool(lines);
        foreach (int n in pool.Map(Print, Enumerable.Range(0, Calls), chunksize: 1))
        {
            Assert.Equal((true, true), (lines.ContainsKey($"out {n}"), lines.ContainsKey($"error {n}")));
        }
    }

    [Fact]
    public void A_process_of_its_own_gives_its_result_after_what_it_has_printed()
    {
        for (int number = 0; number < 5; number++)
        {
            var lines = new ConcurrentDictionary<string, bool>();
            var call = new ProcessCall<int>();
            Func<int> function = static () => Print(1);
            var birth = new WorkerRole("printer", "1", "MainProcess", Daemon: false, IsPoolWorker: false, PrintsFailures: false, Nice: null, Initializer: null);
            call.Start(birth, function, function, new WorkerSettings { Output = (line, _) => lines[line] = true }, timeLimit: null, Cancellation);
            Assert.Equal(1, call.Result());
            Assert.Equal((true, true), (lines.ContainsKey("out 1"), lines.ContainsKey("error 1")));
        }
    }

    [Fact]
    public void A_handler_of_lines_that_waits_for_the_result_does_not_hold_it_up_forever()
    {
        Future<int>? call = null;
        using var isSubmitted = new ManualResetEventSlim();
        int seen = 0;
        Action<string, bool> handler = (_, isError) =>
        {
            isSubmitted.Wait();
            seen = isError ? seen : call!.Result();
        };
        using (var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Output = handler }))
        {
            call = pool.Submit(static () => Print(7));
            isSubmitted.Set();
            Assert.Equal(7, call.Result());
        }

        Eventually.Holds(() => Volatile.Read(ref seen) == 7);
    }

    private static ProcessPoolExecutor Pool(ConcurrentDictionary<string, bool> lines) =>
        new(new ProcessPoolOptions { MaxWorkers = 1, Output = (line, _) => lines[line] = true });

    private static int Print(int number)
    {
        Console.WriteLine($"out {number}");
        Console.Error.WriteLine($"error {number}");
        return number;
    }
}
