using Braid.AsyncIO;
using Braid.Checking;

namespace Braid.Verification;

/// <summary>Groups of tasks, time limits and the event loop, in every interleaving.</summary>
public sealed class ScopeProofs
{
    [Fact]
    public void A_group_ends_when_all_its_tasks_have_ended() => Prove.That(1, static async () =>
    {
        int done = 0;
        await new TaskGroup().RunAsync(group =>
        {
            group.CreateTask(_ => Task.Run(() => Interlocked.Increment(ref done)));
            group.CreateTask(_ => Task.Run(() => Interlocked.Increment(ref done)));
        });
        Claim.That(done == 2, "both have ended");
    });

    [Fact]
    public void A_task_that_fails_cancels_the_others_and_is_reported_once() => Prove.That(1, static async () =>
    {
        var never = new Threading.Event();
        bool ended = false;
        try
        {
            await new TaskGroup().RunAsync(group =>
            {
                group.CreateTask(async token =>
                {
                    try
                    {
                        await never.WaitAsync(token);
                    }
                    finally
                    {
                        ended = true;
                    }
                });
                group.CreateTask(static async _ =>
                {
                    await Task.Yield();
                    throw new ClaimException("expected");
                });
            });
            Claim.That(false, "the failure is thrown");
        }
        catch (AggregateException failures)
        {
            Claim.That(failures.InnerExceptions is [ClaimException], "it is the only one");
        }

        Claim.That(ended, "the other has ended before the group");
    });

    [Fact]
    public void A_group_cancelled_from_outside_at_any_moment_ends_whole() => Prove.That(1, static async () =>
    {
        using var cancel = new CancellationTokenSource();
        var never = new Threading.Event();
        int ended = 0;
        Task cancels = Task.Run(cancel.Cancel);
        try
        {
            await new TaskGroup(cancel.Token).RunAsync(group => group.CreateTask(async token =>
            {
                try
                {
                    await never.WaitAsync(token);
                }
                finally
                {
                    ended++;
                }
            }));
            Claim.That(false, "the cancellation is thrown");
        }
        catch (OperationCanceledException)
        {
            Claim.That(ended <= 1, "a task ends once");
        }

        await cancels;
    });

    [Fact]
    public void A_limit_that_expires_at_any_moment_returns_the_result_or_reports_expiry() => Prove.That(
        1,
        static async () =>
        {
            var ready = new Threading.Event();
            Task sets = Task.Run(ready.Set);
            var limit = new AsyncIO.Timeout(TimeSpan.FromSeconds(1));
            try
            {
                await limit.RunAsync(async limit => await ready.WaitAsync(limit.Token));
            }
            catch (TimeoutException)
            {
                Claim.That(limit.Expired, "it was the limit");
            }

            await sets;
        },
        ClockMode.Racing);

    [Fact]
    public void A_limit_around_a_group_ends_its_tasks() => Prove.That(1, static async () =>
    {
        var never = new Threading.Event();
        bool ended = false;
        try
        {
            await new AsyncIO.Timeout(TimeSpan.FromSeconds(1)).RunAsync(_ => new TaskGroup().RunAsync(
                group => group.CreateTask(async token =>
                {
                    try
                    {
                        await never.WaitAsync(token);
                    }
                    finally
                    {
                        ended = true;
                    }
                })));
            Claim.That(false, "the limit is thrown");
        }
        catch (TimeoutException)
        {
            Claim.That(ended, "the task has ended before");
        }
    });

    [Fact]
    public void Callbacks_posted_to_a_loop_run_there_once_and_in_order() => Prove.That(1, static () =>
    {
        var seen = new List<int>();
        EventLoop.Run(async loop =>
        {
            var all = new Threading.Event();
            var posts = new Thread(() =>
            {
                loop.CallSoonThreadsafe(() => seen.Add(1));
                loop.CallSoonThreadsafe(() =>
                {
                    seen.Add(2);
                    all.Set();
                });
            });
            posts.Start();
            await all.WaitAsync();
            posts.Join();
        });
        Claim.That(seen is [1, 2], "both ran, in order");
    });

    [Fact]
    public void A_coroutine_given_to_a_loop_from_outside_has_its_result() => Prove.That(1, static () =>
    {
        EventLoop.Run(async loop =>
        {
            var done = new Threading.Event();
            int result = 0;
            var asks = new Thread(() =>
            {
                result = loop.RunCoroutineThreadsafe(async _ =>
                {
                    await Task.Yield();
                    return 42;
                }).Result();
                done.Set();
            });
            asks.Start();
            await done.WaitAsync();
            Claim.That(result == 42, "the result came back");
            asks.Join();
        });
    });
}
