using System.Runtime.CompilerServices;

namespace Braid.Checking.Tests.Tasks;

/// <summary>Scenarios of tasks, whose outcomes are texts. Each outcome is the same in every schedule.</summary>
public static class TaskScenarios
{
    public static async Task<string> WhenEach_gives_tasks_in_the_order_of_their_completion()
    {
        var log = new Log();
        var first = new TaskCompletionSource<int>();
        var second = new TaskCompletionSource<int>();
        IAsyncEnumerable<Task<int>> each = Task.WhenEach(first.Task, Task.FromResult(1), second.Task, first.Task);
        second.SetException(new InvalidOperationException("2"));
        first.SetResult(3);
        await foreach (Task<int> task in each)
        {
            log.Add(task.IsFaulted ? task.Exception.InnerException!.Message : $"{task.Result}");
        }

        await foreach (Task<int> _ in each)
        {
            log.Add("again");
        }

        return log.Text;
    }

    public static async Task<string> WhenEach_goes_on_after_the_completion_and_not_within_it()
    {
        var log = new Log();
        var source = new TaskCompletionSource();
        int setter = Environment.CurrentManagedThreadId;
        bool isSetting = false;
        Task reads = Read();
        Volatile.Write(ref isSetting, true);
        source.SetResult();
        Volatile.Write(ref isSetting, false);
        await reads;
        return log.Text;

        async Task Read()
        {
            await foreach (Task _ in Task.WhenEach([source.Task]).ConfigureAwait(false))
            {
                log.Add(Volatile.Read(ref isSetting) && Environment.CurrentManagedThreadId == setter ? "within" : "after");
            }
        }
    }

    public static async Task<string> WhenEach_refuses_null_at_once_and_a_cancelled_token_at_the_wait()
    {
        var log = new Log();
        try
        {
            _ = Task.WhenEach([Task.CompletedTask, null!]);
        }
        catch (ArgumentException e)
        {
            log.Add(e.ParamName ?? "");
        }

        using var cancel = new CancellationTokenSource();
        Task reads = Read();
        cancel.Cancel();
        try
        {
            await reads;
        }
        catch (OperationCanceledException)
        {
            log.Add("cancelled");
        }

        return log.Text;

        async Task Read()
        {
            await foreach (Task _ in Task.WhenEach([new TaskCompletionSource().Task]).WithCancellation(cancel.Token))
            {
                log.Add("never");
            }
        }
    }

    public static async Task<string> An_await_on_a_completion_source_goes_on_within_SetResult()
    {
        var log = new Log();
        var source = new TaskCompletionSource();
        Task waiter = Wait();
        log.Add("set");
        source.SetResult();
        log.Add("was set");
        await waiter;
        return log.Text;

        async Task Wait()
        {
            await source.Task;
            log.Add("went on");
        }
    }

    public static async Task<string> Of_several_awaits_only_the_first_goes_on_within_SetResult()
    {
        var source = new TaskCompletionSource();
        bool isSetting = false;
        List<string> inline = [];
        int setter = Environment.CurrentManagedThreadId;
        Task[] waiters = [Wait("a"), Wait("b"), Wait("c")];
        Volatile.Write(ref isSetting, true);
        source.SetResult();
        Volatile.Write(ref isSetting, false);
        await Task.WhenAll(waiters);
        return string.Join(",", inline);

        async Task Wait(string name)
        {
            await source.Task.ConfigureAwait(false);
            if (Volatile.Read(ref isSetting) && Environment.CurrentManagedThreadId == setter)
            {
                lock (inline)
                {
                    inline.Add(name);
                }
            }
        }
    }

    public static async Task<string> Asynchronous_continuations_do_not_run_within_SetResult()
    {
        var source = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        int setter = Environment.CurrentManagedThreadId;
        bool isInline = false;
        Task waiter = Wait();
        source.SetResult(3);
        while (!waiter.IsCompleted)
        {
            Thread.Yield();
        }

        await waiter;
        return $"{isInline} {source.Task.CreationOptions}";

        async Task Wait()
        {
            await source.Task;
            isInline = Environment.CurrentManagedThreadId == setter;
        }
    }

    public static async Task<string> Exceptions_have_the_shapes_that_each_way_gives_them()
    {
        var log = new Log();
        Task failed = Task.Run(() => throw new InvalidOperationException("a"));
        await log.Catch(async () => await failed);
        log.Catch(failed.Wait);
        log.Catch(() => failed.GetAwaiter().GetResult());
        Task<int> result = Task.Run(int () => throw new InvalidOperationException("b"));
        log.Catch(() => _ = result.Result);
        Task all = Task.WhenAll(failed, result);
        await log.Catch(async () => await all);
        log.Catch(all.Wait);
        log.Catch(() => Task.WaitAll(failed, result));
        log.Add($"{all.Exception!.InnerExceptions.Count} {failed.Status} {result.IsFaulted}");
        return log.Text;
    }

    public static async Task<string> Cancellation_has_its_states()
    {
        var log = new Log();
        using var cancel = new CancellationTokenSource();
        Task waits = Task.Delay(Timeout.Infinite, cancel.Token);
        log.Add($"{waits.Status}");
        cancel.Cancel();
        await log.Catch(async () => await waits);
        log.Add($"{waits.Status} {waits.IsCanceled}");
        Task never = Task.Run(() => log.Add("ran"), cancel.Token);
        await log.Catch(async () => await never);
        log.Add($"{never.Status}");
        Task thrown = Task.Run(() => cancel.Token.ThrowIfCancellationRequested(), CancellationToken.None);
        await log.Catch(async () => await thrown);
        log.Add($"{thrown.Status}");
        Task own = Task.Factory.StartNew(
            () => throw new OperationCanceledException(), CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default);
        log.Catch(own.Wait);
        log.Add($"{own.Status}");
        Task inner = Task.Run(async () => { await Task.Yield(); throw new OperationCanceledException(cancel.Token); });
        await log.Catch(async () => await inner);
        log.Add($"{inner.Status}");
        return log.Text;
    }

    public static async Task<string> The_state_of_a_task_follows_its_life()
    {
        var log = new Log();
        using var gate = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var task = new Task(() => { begun.Set(); gate.Wait(); });
        log.Add($"{task.Status}");
        task.Start(TaskScheduler.Default);
        begun.Wait();
        log.Add($"{task.Status}");
        log.Catch(task.Start);
        gate.Set();
        await task;
        log.Add($"{task.Status}");
        log.Catch(task.RunSynchronously);
        return log.Text;
    }

    public static async Task<string> Continuations_run_or_are_cancelled_by_their_options()
    {
        var log = new Log();
        Task ok = Task.CompletedTask;
        Task bad = Task.FromException(new InvalidOperationException("x"));
        Task<string> one = ok.ContinueWith(before => $"ok {before.Status}", TaskScheduler.Default);
        log.Add(await one);
        Task skipped = ok.ContinueWith(
            _ => log.Add("wrong"), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        await log.Catch(async () => await skipped);
        log.Add($"{skipped.Status}");
        Task<int> seen = bad.ContinueWith(
            (before, state) => before.Exception!.InnerExceptions.Count + (int)state!,
            10,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
        log.Add($"{await seen}");
        var source = new TaskCompletionSource<int>();
        int setter = Environment.CurrentManagedThreadId;
        Task<bool> inline = source.Task.ContinueWith(
            _ => Environment.CurrentManagedThreadId == setter, TaskContinuationOptions.ExecuteSynchronously);
        source.SetResult(1);
        log.Add($"{inline.IsCompleted}");
        log.Add($"{await inline}");
        using var cancel = new CancellationTokenSource();
        var pending = new TaskCompletionSource();
        Task late = pending.Task.ContinueWith(_ => log.Add("wrong"), cancel.Token);
        cancel.Cancel();
        log.Add($"{late.Status}");
        pending.SetResult();
        return log.Text;
    }

    public static async Task<string> Children_hold_their_parent_up()
    {
        var log = new Log();
        Task<Task> parent = Task.Factory.StartNew(
            () => Task.Factory.StartNew(
                () => { Thread.Sleep(20); log.Add("child"); },
                CancellationToken.None,
                TaskCreationOptions.AttachedToParent,
                TaskScheduler.Default),
            CancellationToken.None,
            TaskCreationOptions.None,
            TaskScheduler.Default);
        await parent;
        log.Add($"parent {parent.Result.IsCompleted}");
        Task failing = Task.Factory.StartNew(
            () =>
            {
                Task.Factory.StartNew(
                    () => throw new InvalidOperationException("c"),
                    CancellationToken.None,
                    TaskCreationOptions.AttachedToParent,
                    TaskScheduler.Default);
            },
            CancellationToken.None,
            TaskCreationOptions.None,
            TaskScheduler.Default);
        log.Catch(failing.Wait);
        log.Add($"{failing.Status} {failing.Exception!.InnerException!.GetType().Name}");
        return log.Text;
    }

    public static async Task<string> Async_locals_flow_down_and_not_up()
    {
        var log = new Log();
        var local = new AsyncLocal<string> { Value = "out" };
        await In();
        log.Add(local.Value);
        await Task.Run(() => { log.Add(local.Value!); local.Value = "run"; });
        log.Add(local.Value);
        await Task.Yield();
        log.Add(local.Value);
        return log.Text;

        async Task In()
        {
            local.Value = "in";
            await Task.Yield();
            log.Add(local.Value);
        }
    }

    public static async Task<string> Async_locals_flow_to_a_thread_when_it_starts()
    {
        var log = new Log();
        var local = new AsyncLocal<string> { Value = "made" };
        var thread = new Thread(Say);
        var withArgument = new Thread(_ => Say());
        local.Value = "started";
        Run(thread, static started => started.Start());
        Run(withArgument, static started => started.Start(1));
        Run(new Thread(Leave), static started => started.UnsafeStart());
        Run(new Thread(Say), static started => started.UnsafeStart());
        Run(new Thread(_ => Say()), static started => started.UnsafeStart(1));
        using (ExecutionContext.SuppressFlow())
        {
            Run(new Thread(Say), static started => started.Start());
        }

        using var done = new ManualResetEventSlim();
        ThreadPool.UnsafeQueueUserWorkItem(
            _ =>
            {
                Say();
                done.Set();
            },
            null);
        done.Wait();
        await Task.Yield();
        return log.Text;

        void Run(Thread started, Action<Thread> start)
        {
            start(started);
            started.Join();
        }

        void Say() => log.Add(local.Value ?? "nothing");

        void Leave()
        {
            Say();
            local.Value = "left";
        }
    }

    public static async Task<string> A_context_gets_what_is_awaited_in_it()
    {
        var log = new Log();
        await Task.Run(() =>
        {
            var context = new Loop();
            SynchronizationContext.SetSynchronizationContext(context);
            Task all = Main();
            context.RunUntil(all);
            all.GetAwaiter().GetResult();

            async Task Main()
            {
                await Task.Yield();
                log.Add($"yield {SynchronizationContext.Current == context}");
                await Task.Run(() => log.Add($"run {SynchronizationContext.Current is null}"));
                log.Add($"task {SynchronizationContext.Current == context}");
                var source = new TaskCompletionSource();
                Task<bool> inner = Inner(source.Task, Environment.CurrentManagedThreadId);
                source.SetResult();
                log.Add($"elsewhere {await inner}");
                await Task.Delay(1).ConfigureAwait(false);
                log.Add($"away {SynchronizationContext.Current is null}");
            }

            async Task<bool> Inner(Task before, int setter)
            {
                await before.ConfigureAwait(false);
                return SynchronizationContext.Current is null && Environment.CurrentManagedThreadId != setter;
            }
        });
        return log.Text;
    }

    public static async Task<string> ConfigureAwait_has_its_options()
    {
        var log = new Log();
        Task bad = Task.FromException(new InvalidOperationException("x"));
        await bad.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        log.Add("suppressed");
        ConfiguredTaskAwaitable.ConfiguredTaskAwaiter yielding = Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding)
            .GetAwaiter();
        log.Add($"{yielding.IsCompleted} {Task.CompletedTask.ConfigureAwait(true).GetAwaiter().IsCompleted}");
        int before = Environment.CurrentManagedThreadId;
        await Task.CompletedTask.ConfigureAwait(false);
        log.Add($"{before == Environment.CurrentManagedThreadId}");
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        log.Add($"{Thread.CurrentThread.IsThreadPoolThread}");
        return log.Text;
    }

    public static async Task<string> A_scheduler_of_the_program_runs_what_is_queued_to_it()
    {
        var log = new Log();
        var scheduler = new Queueing();
        Task task = Task.Factory.StartNew(
            () => log.Add($"own {TaskScheduler.Current == scheduler}"), CancellationToken.None, TaskCreationOptions.None, scheduler);
        log.Add($"{scheduler.Count} {task.Status}");
        scheduler.RunAll();
        log.Add($"{task.Status}");
        Task nested = Task.Factory.StartNew(
            async () =>
            {
                await Task.Yield();
                log.Add($"after {TaskScheduler.Current == scheduler}");
                await Task.CompletedTask.ConfigureAwait(false);
            },
            CancellationToken.None, TaskCreationOptions.None, scheduler).Unwrap();
        while (!nested.IsCompleted)
        {
            scheduler.RunAll();
        }

        await nested;
        Task inline = Task.Factory.StartNew(() => log.Add("inline"), CancellationToken.None, TaskCreationOptions.None, scheduler);
        inline.Wait();
        log.Add($"{TaskScheduler.Current == TaskScheduler.Default}");
        await Task.Run(() => log.Add($"{TaskScheduler.Current == TaskScheduler.Default}"));
        return log.Text;
    }

    public static async Task<string> Combinators_combine()
    {
        var log = new Log();
        var first = new TaskCompletionSource<int>();
        var second = new TaskCompletionSource<int>();
        Task<int[]> all = Task.WhenAll(first.Task, second.Task);
        Task<Task<int>> any = Task.WhenAny(first.Task, second.Task);
        second.SetResult(2);
        log.Add($"{all.IsCompleted} {any.IsCompleted} {await await any}");
        first.SetResult(1);
        log.Add(string.Join("+", await all));
        log.Add($"{Task.WhenAll().IsCompleted} {(await Task.WhenAll(Array.Empty<Task<int>>())).Length}");
        var cancelled = new TaskCompletionSource<int>();
        cancelled.SetCanceled();
        Task mixed = Task.WhenAll(cancelled.Task, Task.FromException(new InvalidOperationException("m")));
        await log.Catch(async () => await mixed);
        log.Add($"{mixed.Status}");
        Task<int> unwrapped = Task.FromResult(Task.Run(() => 5)).Unwrap();
        log.Add($"{await unwrapped}");
        return log.Text;
    }

    public static async Task<string> Waits_end_when_their_time_does()
    {
        var log = new Log();
        var never = new TaskCompletionSource<int>();
        log.Add($"{never.Task.Wait(10)} {Task.WaitAll([never.Task], 10)} {Task.WaitAny([never.Task], 10)}");
        await log.Catch(async () => await never.Task.WaitAsync(TimeSpan.FromMilliseconds(10)));
        using var cancel = new CancellationTokenSource(10);
        await log.Catch(async () => await never.Task.WaitAsync(cancel.Token));
        log.Catch(() => never.Task.Wait(cancel.Token));
        Task after = Task.Delay(10);
        Task first = await Task.WhenAny(never.Task, after);
        log.Add($"{first == after}");
        await log.Catch(async () => await Task.Delay(-5));
        log.Add($"{Task.Delay(0).IsCompleted}");
        return log.Text;
    }

    public static async Task<string> Value_tasks_stand_for_tasks_and_values()
    {
        var log = new Log();
        log.Add($"{await Value(1)} {await Late(2)} {await Value(3).AsTask()} {await Late(4).AsTask()}");
        ValueTask<int> late = Late(5);
        Task<int> task = late.AsTask();
        log.Add($"{await task} {Value(6).IsCompletedSuccessfully} {Value(7).Result}");
        await log.Catch(async () => await Bad());
        await Nothing().ConfigureAwait(false);
        return log.Text;

        static async ValueTask<int> Value(int value) => value;

        static async ValueTask<int> Late(int value)
        {
            await Task.Yield();
            return value;
        }

        static async ValueTask Bad()
        {
            await Task.Yield();
            throw new InvalidOperationException("v");
        }

        static async ValueTask Nothing() => await Task.Yield();
    }

    public static async Task<string> Pooled_methods_return_and_throw_as_others_do()
    {
        var log = new Log();
        for (int i = 0; i < 3; i++)
        {
            log.Add($"{await Late(i)} {await Late(i).AsTask()} {await Value(i)}");
            await Nothing();
            await log.Catch(async () => await Bad());
        }

        return log.Text;

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        static async ValueTask<int> Late(int value)
        {
            await Task.Yield();
            return value;
        }

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        static async ValueTask<int> Value(int value) => value;

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        static async ValueTask Nothing() => await Task.Yield();

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        static async ValueTask Bad()
        {
            await Task.Yield();
            throw new InvalidOperationException("v");
        }
    }

    public static async Task<string> Nothing_runs_within_SetResult_that_is_derived_from_an_asynchronous_task()
    {
        var source = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        int setter = Environment.CurrentManagedThreadId;
        Task<bool> all = After(Task.WhenAll(source.Task));
        Task<bool> any = After(Task.WhenAny(source.Task, new TaskCompletionSource<int>().Task));
        Task<bool> sync = source.Task.ContinueWith(
            _ => Environment.CurrentManagedThreadId == setter,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        source.SetResult(3);
        while (!all.IsCompleted || !any.IsCompleted || !sync.IsCompleted)
        {
            Thread.Yield();
        }

        return $"{await all} {await any} {await sync}";

        async Task<bool> After(Task task)
        {
            await task;
            return Environment.CurrentManagedThreadId == setter;
        }
    }

    public static async Task<string> CancelAsync_cancels_at_once_and_calls_back_elsewhere()
    {
        var log = new Log();
        using var cancel = new CancellationTokenSource();
        int canceller = Environment.CurrentManagedThreadId;
        cancel.Token.Register(() => log.Add($"called {Environment.CurrentManagedThreadId == canceller}"));
        Task done = cancel.CancelAsync();
        log.Add($"{cancel.IsCancellationRequested}");
        while (!done.IsCompleted)
        {
            Thread.Yield();
        }

        await done;
        using var alone = new CancellationTokenSource();
        log.Add($"{alone.CancelAsync().IsCompleted} {cancel.CancelAsync().IsCompleted}");
        alone.Dispose();
        await log.Catch(async () => await alone.CancelAsync());
        string[] lines = log.Text.Split('\n');
        Array.Sort(lines, StringComparer.Ordinal);
        return string.Join("\n", lines);
    }

    public static async Task<string> A_completion_source_is_completed_once()
    {
        var log = new Log();
        var source = new TaskCompletionSource<int>("state");
        log.Add(
            $"{source.Task.AsyncState} {source.TrySetException(new InvalidOperationException("1"))} {source.TrySetResult(2)} " +
            $"{source.TrySetCanceled()}");
        log.Catch(() => source.SetResult(3));
        await log.Catch(async () => await source.Task);
        var many = new TaskCompletionSource();
        many.SetException([new InvalidOperationException("1"), new ArgumentException("2")]);
        log.Catch(many.Task.Wait);
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        var cancelled = new TaskCompletionSource();
        cancelled.SetCanceled(cancel.Token);
        log.Catch(() => cancelled.Task.GetAwaiter().GetResult());
        return log.Text;
    }

    public static async Task<string> Awaiters_of_the_program_are_called_as_they_are()
    {
        var log = new Log();
        int value = await new Custom(log);
        log.Add($"{value}");
        return log.Text;
    }

    private sealed class Custom(Log log) : INotifyCompletion
    {
        public bool IsCompleted => false;

        public Custom GetAwaiter() => this;

        public int GetResult() => 9;

        public void OnCompleted(Action continuation)
        {
            log.Add("registered");
            continuation();
            log.Add("returned");
        }
    }

    private sealed class Log
    {
        private readonly List<string> _lines = [];

        public string Text
        {
            get
            {
                lock (_lines)
                {
                    return string.Join("\n", _lines);
                }
            }
        }

        public void Add(string line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }

        public void Catch(Action action)
        {
            try
            {
                action();
                Add("no exception");
            }
            catch (Exception e)
            {
                Add(Of(e));
            }
        }

        public async Task Catch(Func<Task> action)
        {
            try
            {
                await action();
                Add("no exception");
            }
            catch (Exception e)
            {
                Add(Of(e));
            }
        }

        private static string Of(Exception e) =>
            e is AggregateException all
                ? $"{all.GetType().Name}({string.Join(",", all.InnerExceptions.Select(Of))})"
                : $"{e.GetType().Name}: {e.Message}";
    }

    private sealed class Loop : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback, object?)> _queue = new();

        public override void Post(SendOrPostCallback d, object? state)
        {
            lock (_queue)
            {
                _queue.Enqueue((d, state));
                Monitor.Pulse(_queue);
            }
        }

        public void RunUntil(Task end)
        {
            end.ContinueWith(
                _ => Post(static _ => { }, null),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            while (!end.IsCompleted)
            {
                (SendOrPostCallback call, object? state) next;
                lock (_queue)
                {
                    while (_queue.Count == 0)
                    {
                        Monitor.Wait(_queue);
                    }

                    next = _queue.Dequeue();
                }

                next.call(next.state);
            }
        }
    }

    private sealed class Queueing : TaskScheduler
    {
        private readonly Queue<Task> _tasks = new();

        public int Count => _tasks.Count;

        public void RunAll()
        {
            while (_tasks.TryDequeue(out Task? next))
            {
                TryExecuteTask(next);
            }
        }

        protected override void QueueTask(Task task) => _tasks.Enqueue(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks() => _tasks;
    }
}
