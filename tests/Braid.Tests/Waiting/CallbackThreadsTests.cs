using Braid.Futures;
using Braid.Multiprocessing;
using Braid.Waiting;

namespace Braid.Tests;

/// <summary>The threads that run code of users for the supervisor.</summary>
[Collection(nameof(ProgramWide))]   // everybody's answers are read by these threads
public sealed class CallbackThreadsTests : TimedTest
{
    [Fact]
    public void Callbacks_that_block_hold_up_no_other_call()
    {
        const int Blocking = 40;
        using var executor = new ProcessPoolExecutor(2);
        using var mayAnswer = new Event();   // else a callback that comes late would run on this thread
        var mayGoOn = new Threading.Event();
        int blocked = 0;
        Future<int>[] calls = [.. Enumerable.Range(0, Blocking).Select(i => executor.Submit(ConstantOnce(mayAnswer, i)))];
        Array.ForEach(calls, call => call.AddDoneCallback(_ =>
        {
            Interlocked.Increment(ref blocked);
            mayGoOn.Wait();
        }));
        mayAnswer.Set();
        Future<List<string>> free = executor.Submit(static () => new List<string> { "free" });
        bool isFree = free.TryResult(out _, Ample / 2, Cancellation);
        bool areAllBegun = SpinWait.SpinUntil(() => Volatile.Read(ref blocked) == Blocking, Ample / 2);
        mayGoOn.Set();
        Assert.Equal((true, true), (isFree, areAllBegun));
    }

    [Fact]
    public void An_action_that_fails_costs_its_thread_nothing()
    {
        Action<Threading.ExceptHookArgs> before = Threading.Thread.ExceptHook;
        var reported = new Future<Exception?>();
        Threading.Thread.ExceptHook = args => reported.SetResult(args.Exception);
        try
        {
            CallbackThreads.Run(static () => throw new ArithmeticException());
            Assert.IsType<ArithmeticException>(reported.Result(Cancellation));
        }
        finally
        {
            Threading.Thread.ExceptHook = before;
        }
    }

    [Fact]
    public void An_action_finds_no_async_locals_of_others()
    {
        var local = new AsyncLocal<int> { Value = 5 };
        const int Actions = 200;
        var found = new System.Collections.Concurrent.ConcurrentBag<int>();
        for (int i = 0; i < Actions; i++)
        {
            CallbackThreads.Run(() =>
            {
                found.Add(local.Value);
                local.Value = 7;
            });
        }

        Eventually.Holds(() => found.Count == Actions);
        Assert.All(found, static value => Assert.Equal(0, value));
    }

    private static Func<int> ConstantOnce(Event mayAnswer, int i) => () =>
    {
        mayAnswer.Wait();
        return i;
    };
}
