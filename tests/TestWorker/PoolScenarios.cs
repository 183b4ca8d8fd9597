using System.Collections.Concurrent;
using Braid.AsyncIO;

namespace TestWorker;

/// <summary>Programs whose thread pool, .NET's, is full of calls that block.</summary>
internal static class PoolScenarios
{
    private static readonly TimeSpan s_ample = TimeSpan.FromSeconds(60);

    public static int? Run(string scenario) => scenario switch
    {
        "pool-full" => RunAllMembers(),
        "pool-full-other-side" => RunTheOtherSides(),
        "awaiting-members-missing" => Print(AwaitingMembers.Missing()),
        _ => null,
    };

    private static int RunAllMembers()
    {
        AwaitingMembers.WarmUp();
        FillThePool();
        var stalled = new List<string>();
        foreach (AwaitingMembers.Case item in AwaitingMembers.Cases)
        {
            Check(item, "in an event loop", EndsInLoop(item), stalled);
            if (!item.NeedsLoop)
            {
                Check(item, "in a context of the program's", EndsInContext(item), stalled);
            }
        }

        return EndWith(stalled);
    }

    /// <summary>Threads that block, and depend on what an await does whose caller cannot go on.</summary>
    private static int RunTheOtherSides()
    {
        FillThePool();
        var stalled = new List<string>();
        var barrier = new Braid.Threading.Barrier(3);
        CheckOther("Threading.Barrier", () => _ = barrier.TryWaitAsync(TimeSpan.FromMilliseconds(200)), () => IsBroken<Braid.Threading.BrokenBarrierException>(() => barrier.Wait()));
        var shared = new Braid.Multiprocessing.Barrier(3);
        CheckOther("Multiprocessing.Barrier", () => _ = shared.TryWaitAsync(TimeSpan.FromMilliseconds(200)), () => IsBroken<Braid.Threading.BrokenBarrierException>(() => shared.Wait()));
        var timer = new Braid.Threading.Timer(TimeSpan.FromMilliseconds(100), static () => { });
        CheckOther("Threading.Timer", timer.Start, () => timer.TryJoin(s_ample));
        var expired = new Braid.Threading.Event();
        CheckOther(
            "AsyncIO.Timeout",
            () => _ = new Braid.AsyncIO.Timeout(TimeSpan.FromMilliseconds(100)).RunAsync(limit =>
            {
                limit.Token.Register(expired.Set);
                return new TaskCompletionSource().Task;
            }),
            () => expired.TryWait(s_ample));
        return EndWith(stalled);

        void CheckOther(string name, Action start, Func<bool> ends)
        {
            start();
            bool ended = false;
            var thread = new Thread(() => ended = ends()) { IsBackground = true };
            thread.Start();
            if (!thread.Join(s_ample) || !ended)
            {
                stalled.Add(name);
            }
        }
    }

    private static bool IsBroken<TException>(Action wait)
        where TException : Exception
    {
        try
        {
            wait();
            return false;
        }
        catch (TException)
        {
            return true;
        }
    }

    private static void FillThePool()
    {
        int most = Math.Max(4, Environment.ProcessorCount);
        ThreadPool.SetMinThreads(most, 1);
        ThreadPool.SetMaxThreads(most, 1000);
        var blocked = new CountdownEvent(most);
        for (int i = 0; i < 2 * most; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    if (!blocked.IsSet)
                    {
                        blocked.Signal();
                    }

                    Thread.Sleep(System.Threading.Timeout.Infinite);
                },
                null);
        }

        blocked.Wait();
    }

    private static void Check(AwaitingMembers.Case item, string where, string? fault, List<string> faults)
    {
        if (fault is not null)
        {
            faults.Add($"{item.Member} {where}: {fault}");
        }
    }

    /// <returns>What is wrong; null when nothing is.</returns>
    private static string? EndsInLoop(AwaitingMembers.Case item)
    {
        string? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                EventLoop.Run(RunIn);
            }
            catch (TimeoutException left)
            {
                fault ??= left.Message;
            }
        })
        { IsBackground = true };
        thread.Start();
        return thread.Join(3 * s_ample) ? fault : "the loop does not end";

        async Task RunIn(EventLoop loop)
        {
            loop.ShutdownTimeout = s_ample;
            (Func<Task> start, Action end) = item.Make();
            Task wait = start();
            await Turns(loop, 3);
            fault = await Ended(wait, item, end, () => Turns(loop, 1), () => EventLoop.Current == loop);
            await Turns(loop, 3);            // until workers that are idle sleep: the loop waits for the end of its own
        }
    }

    /// <inheritdoc cref="EndsInLoop"/>
    private static string? EndsInContext(AwaitingMembers.Case item)
    {
        string? fault = null;
        var thread = new Thread(() => fault = PumpedContext.Run(async context =>
        {
            (Func<Task> start, Action end) = item.Make();
            Task wait = start();
            await context.Turn();
            return await Ended(wait, item, end, context.Turn, () => SynchronizationContext.Current == context);
        }))
        { IsBackground = true };
        thread.Start();
        return thread.Join(2 * s_ample) ? fault : "the context does not end";
    }

    private static async Task<string?> Ended(Task wait, AwaitingMembers.Case item, Action end, Func<Task> turn, Func<bool> isHome)
    {
        if (wait.IsCompleted && !item.MayEndAtOnce)
        {
            return "it did not wait";
        }

        var other = new Thread(() => end()) { IsBackground = true };
        other.Start();
        long begun = Environment.TickCount64;
        while (!wait.IsCompleted)
        {
            if (Environment.TickCount64 - begun > s_ample.TotalMilliseconds)
            {
                return "it stalls";
            }

            await turn();
        }

        other.Join();
        await wait;
        return isHome() ? null : "it came back elsewhere";
    }

    private static async Task Turns(EventLoop loop, int count)
    {
        for (int i = 0; i < count; i++)
        {
            var turn = new Braid.Threading.Event();
            loop.CallLater(TimeSpan.FromMilliseconds(5), turn.Set);
            await turn.WaitAsync();
        }
    }

    /// <summary>Ends the program, whose pool's threads still block.</summary>
    private static int EndWith(List<string> stalled)
    {
        Print(stalled);
        if (stalled.Count > 0)
        {
            System.Diagnostics.Process.GetCurrentProcess().Kill();    // an exit would wait for the executors whose calls stall
        }

        Environment.Exit(0);
        return 0;
    }

    private static int Print(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            Console.WriteLine(line);
        }

        return 0;
    }

    /// <summary>A context as programs have them: one thread that runs what is posted.</summary>
    private sealed class PumpedContext : SynchronizationContext
    {
        private readonly BlockingCollection<(SendOrPostCallback Call, object? State)> _calls = [];

        public static string? Run(Func<PumpedContext, Task<string?>> main)
        {
            var context = new PumpedContext();
            SetSynchronizationContext(context);
            Task<string?> task = main(context);
            while (!task.IsCompleted)
            {
                if (context._calls.TryTake(out (SendOrPostCallback Call, object? State) call, 5))
                {
                    call.Call(call.State);
                }
                else
                {
                    context.Idle?.SetResult();
                }
            }

            return task.GetAwaiter().GetResult();
        }

        private TaskCompletionSource? Idle
        {
            get
            {
                TaskCompletionSource? idle = field;
                field = null;
                return idle;
            }

            set;
        }

        /// <summary>Ended when nothing has been posted for a moment.</summary>
        public Task Turn() => (Idle = new TaskCompletionSource()).Task;

        public override void Post(SendOrPostCallback d, object? state) => _calls.Add((d, state));
    }
}
