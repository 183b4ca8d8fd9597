namespace Braid.Tests;

/// <summary>Callbacks and the executor's side of a future. After CPython's <c>FutureTests</c>.</summary>
[Collection(nameof(Threading.Thread.ExceptHook))]
public sealed class FutureCallbackTests : TimedTest
{
    public static TheoryData<string> Ends => ["result", "exception", "cancel"];

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_callback_runs_once_with_the_future_in_the_thread_that_ends_it(string end)
    {
        var future = new Futures.Future<int>();
        var seen = new List<(Futures.Future Future, bool IsDone, int Thread)>();
        future.AddDoneCallback(done => seen.Add((done, done.Done, Environment.CurrentManagedThreadId)));
        Assert.Empty(seen);
        End(future, end);
        Assert.Equal((future, true, Environment.CurrentManagedThreadId), Assert.Single(seen));
        future.Cancel();
        Assert.Single(seen);
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_callback_added_to_a_future_that_is_done_runs_at_once(string end)
    {
        var future = new Futures.Future<int>();
        End(future, end);
        Futures.Future? seen = null;
        future.AddDoneCallback(done => seen = done);
        Assert.Same(future, seen);
    }

    [Fact]
    public void Callbacks_run_in_the_order_they_were_added()
    {
        var future = new Futures.Future<int>();
        var order = new List<int>();
        for (int i = 0; i < 5; i++)
        {
            int number = i;
            future.AddDoneCallback(_ => order.Add(number));
        }

        future.SetResult(1);
        Assert.Equal([0, 1, 2, 3, 4], order);
    }

    [Fact]
    public void A_callback_may_wait_for_the_future_and_add_another()
    {
        var future = new Futures.Future<int>();
        int seen = 0;
        future.AddDoneCallback(done => done.AddDoneCallback(_ => seen = ((Futures.Future<int>)done).Result()));
        future.SetResult(5);
        Assert.Equal(5, seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_callback_that_fails_is_reported_and_the_others_still_run(bool isDoneBefore)
    {
        var failure = new ArithmeticException();
        var reported = new List<Exception?>();
        var future = new Futures.Future<int>();
        bool secondRan = false;
        Action<Threading.ExceptHookArgs> before = Threading.Thread.ExceptHook;
        Threading.Thread.ExceptHook = args => reported.Add(args.Exception);
        try
        {
            if (isDoneBefore)
            {
                future.SetResult(1);
            }

            future.AddDoneCallback(_ => throw failure);
            future.AddDoneCallback(_ => secondRan = true);
            if (!isDoneBefore)
            {
                future.SetResult(1);
            }
        }
        finally
        {
            Threading.Thread.ExceptHook = before;
        }

        Assert.True(secondRan);
        Assert.Same(failure, Assert.Single(reported));
        Assert.Equal(1, future.Result());
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_future_that_is_done_takes_no_other_outcome(string end)
    {
        var future = new Futures.Future<int>();
        End(future, end);
        string text = future.ToString();
        var exception = Assert.Throws<Futures.InvalidStateException>(() => future.SetResult(2));
        Assert.Contains(text, exception.Message, StringComparison.Ordinal);
        Assert.Throws<Futures.InvalidStateException>(() => future.SetException(new ArithmeticException()));
        Assert.Equal(text, future.ToString());
    }

    [Fact]
    public void A_call_begins_once_and_not_when_it_was_cancelled()
    {
        var future = new Futures.Future<int>();
        Assert.True(future.SetRunningOrNotifyCancel());
        Assert.Throws<Futures.InvalidStateException>(() => future.SetRunningOrNotifyCancel());
        future.SetResult(1);
        Assert.Throws<Futures.InvalidStateException>(() => future.SetRunningOrNotifyCancel());
        var cancelled = new Futures.Future<int>();
        cancelled.Cancel();
        Assert.False(cancelled.SetRunningOrNotifyCancel());
        Assert.Throws<Futures.InvalidStateException>(() => cancelled.SetRunningOrNotifyCancel());
        Assert.True(cancelled.Cancelled);
    }

    [Fact]
    public async Task Of_two_who_end_a_future_at_once_one_fails()
    {
        await using var first = new BlockingActor();
        await using var second = new BlockingActor();
        for (int i = 0; i < 500; i++)
        {
            var future = new Futures.Future<int>();
            Task<bool> one = first.Do(() => Succeeds(() => future.SetResult(1)));
            Task<bool> other = second.Do(() => i % 2 == 0 ? future.Cancel() : Succeeds(() => future.SetException(new ArithmeticException())));
            Assert.True(await one ^ await other);
            Assert.Equal(await one, future.ToString().EndsWith("returned Int32", StringComparison.Ordinal));
        }
    }

    private static void End(Futures.Future<int> future, string end)
    {
        switch (end)
        {
            case "result":
                future.SetResult(1);
                break;
            case "exception":
                future.SetException(new ArithmeticException());
                break;
            default:
                future.Cancel();
                break;
        }
    }

    private static bool Succeeds(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Futures.InvalidStateException)
        {
            return false;
        }
    }
}
