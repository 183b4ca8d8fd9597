using Braid.Checking;

namespace Braid.Verification;

public sealed class FutureProofs
{
    [Fact]
    public void A_result_carries_what_was_written_before() => Prove.That(2, static () =>
    {
        var future = new Futures.Future<int[]>();
        Crew.Run(
            () =>
            {
                int[] box = new int[1];
                box[0] = 7;
                future.SetRunningOrNotifyCancel();
                future.SetResult(box);
            },
            () => Claim.That(future.Result()[0] == 7, "the result is whole"));
    });

    [Fact]
    public void A_callback_runs_once_whenever_it_is_added() => Prove.That(1, static () =>
    {
        var future = new Futures.Future<int>();
        int called = 0;
        Crew.Run(() => future.SetResult(1), () => future.AddDoneCallback(_ => Interlocked.Increment(ref called)));
        Claim.That(called == 1, "it was called once");
    });

    [Fact]
    public void A_future_is_cancelled_or_runs_and_never_both() => Prove.That(1, static () =>
    {
        var future = new Futures.Future<int>();
        bool runs = false;
        bool cancelled = false;
        Crew.Run(() => runs = future.SetRunningOrNotifyCancel(), () => cancelled = future.Cancel());
        Claim.That(runs != cancelled && future.Cancelled == cancelled, "it runs or it is cancelled");
    });

    [Fact]
    public void A_wait_that_times_out_at_any_moment_leaves_the_result() => Prove.That(
        2,
        static () =>
        {
            var future = new Futures.Future<int>();
            bool there = false;
            int result = 0;
            Crew.Run(() => there = future.TryResult(out result, TimeSpan.FromSeconds(1)), () => future.SetResult(7));
            Claim.That(result == (there ? 7 : 0) && future.Result() == 7, "the result is there");
        },
        ClockMode.Racing);

    [Fact]
    public void A_pool_of_one_runs_calls_in_order() => Prove.That(1, static () =>
    {
        using var pool = new Futures.ThreadPoolExecutor(1);
        int order = 0;
        Futures.Future<int> first = pool.Submit(() => ++order);
        Futures.Future<int> second = pool.Submit(() => ++order);
        Claim.That(first.Result() == 1 && second.Result() == 2, "they ran in order");
    });

    [Fact]
    public void A_pool_of_two_runs_all_calls() => Prove.That(1, static () =>
    {
        using var pool = new Futures.ThreadPoolExecutor(2);
        int ran = 0;
        Futures.Future first = pool.Submit(() => { Interlocked.Increment(ref ran); });
        Futures.Future second = pool.Submit(() => { Interlocked.Increment(ref ran); });
        first.Result();
        second.Result();
        Claim.That(ran == 2, "both ran");
    });

    [Fact]
    public void A_shutdown_waits_for_all_calls() => Prove.That(1, static () =>
    {
        var pool = new Futures.ThreadPoolExecutor(1);
        int ran = 0;
        pool.Submit(() => { ran++; });
        pool.Submit(() => { ran++; });
        pool.Shutdown();
        Claim.That(ran == 2, "both ran");
    });

    [Fact]
    public void A_shutdown_that_cancels_leaves_no_call_undecided() => Prove.That(1, static () =>
    {
        var pool = new Futures.ThreadPoolExecutor(1);
        int ran = 0;
        Futures.Future first = pool.Submit(() => { Interlocked.Increment(ref ran); });
        Futures.Future second = pool.Submit(() => { Interlocked.Increment(ref ran); });
        pool.Shutdown(cancelFutures: true);
        int cancelled = (first.Cancelled ? 1 : 0) + (second.Cancelled ? 1 : 0);
        Claim.That(first.Done && second.Done && ran + cancelled == 2, "each ran or was cancelled");
    });

    [Fact]
    public void A_submission_during_a_shutdown_runs_or_is_refused() => Prove.That(1, static () =>
    {
        var pool = new Futures.ThreadPoolExecutor(1);
        int ran = 0;
        bool accepted = false;
        Crew.Run(
            () =>
            {
                try
                {
                    pool.Submit(() => { ran++; });
                    accepted = true;
                }
                catch (InvalidOperationException)
                {
                    // The pool was shut down first.
                }
            },
            () => pool.Shutdown());
        pool.Shutdown();
        Claim.That(ran == (accepted ? 1 : 0), "what was accepted ran");
    });

    [Fact]
    public void Mapped_results_come_in_the_order_of_the_items() => Prove.That(1, static () =>
    {
        using var pool = new Futures.ThreadPoolExecutor(2);
        int next = 1;
        foreach (int square in pool.Map(static number => number * number, new[] { 1, 2 }))
        {
            Claim.That(square == next * next, "the results come in order");
            next++;
        }

        Claim.That(next == 3, "both results came");
    });
}
