using System.Runtime.CompilerServices;

namespace Braid.Contracts;

/// <summary>Which functions can be submitted, and what is kept of them.</summary>
public abstract partial class ExecutorContract
{
    [Fact]
    public void A_lambda_that_never_returns_can_be_submitted_as_it_stands()
    {
        using Futures.Executor executor = NewExecutor(1);
        Futures.Future thrown = executor.Submit(() => throw new ArithmeticException("7"));
        Futures.Future block = executor.Submit(() =>
        {
            throw new ArithmeticException("8");
        });
        Futures.Future<int> typed = executor.Submit<int>(() => throw new ArithmeticException("9"));
        Futures.Future asynchronous = executor.Submit(async () =>
        {
            await Task.Yield();
            throw new ArithmeticException("10");
        });
        Futures.Future loop = executor.Submit(() =>
        {
            for (int left = 10; ; left--)
            {
                _ = Square(1 / left);
            }
        });
        Assert.Equal(["7", "8", "9", "10"], ((Futures.Future[])[thrown, block, typed, asynchronous]).Select(static call => call.Exception()!.Message));
        Assert.IsType<DivideByZeroException>(loop.Exception());
    }

    [Fact]
    public void The_end_of_an_asynchronous_call_is_waited_for_whatever_kind_of_task_it_returns()
    {
        using Futures.Executor executor = NewExecutor(1);
        Futures.Future task = executor.Submit(static () => YieldAndFail("1"));
        Futures.Future<int> taskOfResult = executor.Submit(static () => YieldAndReturn(2));
        Futures.Future valueTask = executor.Submit(static () => new ValueTask(YieldAndFail("3")));
        Futures.Future<int> valueTaskOfResult = executor.Submit(static () => new ValueTask<int>(YieldAndReturn(4)));
        Futures.Future declared = executor.Submit(static async ValueTask () => await YieldAndFail("5"));
        Futures.Future<int> method = executor.Submit(YieldAndReturnSix);
        Assert.Equal(["1", "3", "5"], ((Futures.Future[])[task, valueTask, declared]).Select(static call => call.Exception()!.Message));
        Assert.Equal([2, 4, 6], ((Futures.Future<int>[])[taskOfResult, valueTaskOfResult, method]).Select(static call => call.Result()));
        Assert.Throws<ArgumentNullException>("function", () => executor.Submit((Func<ValueTask>)null!));
        Assert.Throws<ArgumentNullException>("function", () => executor.Submit((Func<ValueTask<int>>)null!));
    }

    [Fact]
    public void A_call_that_is_cancelled_while_it_is_pending_is_neither_counted_nor_kept()
    {
        using Futures.Executor executor = NewExecutor(1);
        ISignal go = NewSignal();
        Futures.Future running = executor.Submit(go.Wait);
        Eventually.Holds(() => running.Running);
        Futures.Future<int> before = executor.Submit(() => Square(2));
        (List<WeakReference> captured, List<Futures.Future<int>> cancelled) = SubmitAndCancel(executor);
        Futures.Future<int> after = executor.Submit(() => Square(3));
        Eventually.Holds(() => Pending(executor) == 2);
        Eventually.Holds(() =>
        {
            GC.Collect();
            return !captured.Exists(static reference => reference.IsAlive);
        });
        Assert.All(cancelled, static call => Assert.True(call.Cancelled));
        go.Set();
        Assert.Equal([4, 9], [before.Result(), after.Result()]);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (List<WeakReference> Captured, List<Futures.Future<int>> Cancelled) SubmitAndCancel(Futures.Executor executor)
        {
            List<WeakReference> captured = [];
            List<Futures.Future<int>> cancelled = [];
            using var source = new CancellationTokenSource();
            for (int index = 0; index < 100; index++)
            {
                byte[] data = new byte[100];
                Futures.Future<int> call = executor.Submit(() => data.Length, index % 2 == 0 ? source.Token : CancellationToken.None);
                captured.Add(new WeakReference(data));
                cancelled.Add(call);
                if (index % 2 != 0)
                {
                    Assert.True(call.Cancel());
                }
            }

            source.Cancel();
            return (captured, cancelled);
        }
    }

    [Fact]
    public void The_results_of_a_map_do_not_keep_a_forgotten_executor()
    {
        (Futures.MapResults<int> results, WeakReference executor) = Map(this);
        Eventually.Holds(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !executor.IsAlive;
        });
        Assert.Equal([1, 4, 9], (IEnumerable<int>)results);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (Futures.MapResults<int> Results, WeakReference Executor) Map(ExecutorContract contract)
        {
            Futures.Executor executor = contract.NewExecutor(2);
            return (executor.Map(Square, [1, 2, 3]), new WeakReference(executor));
        }
    }

    [Fact]
    public void Results_of_a_map_that_reads_as_it_goes_keep_their_executor_until_all_is_submitted()
    {
        Assert.Equal(Enumerable.Range(0, 50).Select(Square), Map(this));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static IEnumerable<int> Map(ExecutorContract contract) => contract.NewExecutor(2).Map(Square, Collecting(50), buffersize: 2);

        static IEnumerable<int> Collecting(int count)
        {
            for (int index = 0; index < count; index++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                yield return index;
            }
        }
    }

    private static async Task YieldAndFail(string message)
    {
        await Task.Yield();
        throw new ArithmeticException(message);
    }

    private static async Task<int> YieldAndReturn(int result)
    {
        await Task.Yield();
        return result;
    }

    private static ValueTask<int> YieldAndReturnSix() => new(YieldAndReturn(6));
}
