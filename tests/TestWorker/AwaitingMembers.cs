using System.Reflection;
using System.Runtime.CompilerServices;
using Braid.AsyncIO;
using Braid.Futures;

namespace TestWorker;

/// <summary>Every awaiting member of the public surface, each as a wait that something else ends. A member without a case is reported by <see cref="Missing"/>.</summary>
internal static partial class AwaitingMembers
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(10);

    /// <summary>One wait.</summary>
    /// <param name="Member">What waits: namespace below Braid, type and member.</param>
    /// <param name="Make">Makes what is needed, and says how the wait starts, in its caller's context, and what another thread does to end it.</param>
    /// <param name="NeedsLoop">Whether it belongs to an event loop.</param>
    /// <param name="MayEndAtOnce">Whether it need not wait at all.</param>
    public sealed record Case(string Member, Func<(Func<Task> Start, Action End)> Make, bool NeedsLoop = false, bool MayEndAtOnce = false);

    public static IEnumerable<Case> Cases => [.. ThreadingCases(), .. QueueCases(), .. FutureCases(), .. LoopCases(), .. SharedCases(), .. ProcessCases()];

    /// <summary>The members without a case, or with fewer cases than overloads.</summary>
    public static string[] Missing()
    {
        ILookup<string, Case> cases = Cases.ToLookup(static item => item.Member);
        return
        [
            .. typeof(EventLoop).Assembly.GetExportedTypes()
                .Where(static type => !type.IsInterface)
                .SelectMany(static type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
                .Where(static method => !method.IsAbstract && IsAwaited(method.ReturnType) && method.GetCustomAttribute<ObsoleteAttribute>() is null)
                .GroupBy(NameOf)
                .Where(member => cases[member.Key].Count() < member.Count())
                .Select(member => $"{member.Key}: {member.Count()} overloads, {cases[member.Key].Count()} cases"),
        ];
    }

    private static string NameOf(MethodInfo method)
    {
        Type type = method.DeclaringType!;
        return $"{type.Namespace!["Braid.".Length..]}.{type.Name.Split('`')[0]}{(type.IsGenericType ? "<T>" : "")}.{method.Name}";
    }

    private static bool IsAwaited(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask) || type == typeof(TaskAwaiter)
        || (type.IsGenericType && type.GetGenericTypeDefinition() is var open
            && (open == typeof(Task<>) || open == typeof(ValueTask<>) || open == typeof(TaskAwaiter<>) || open == typeof(IAsyncEnumerable<>) || open == typeof(IAsyncEnumerator<>)));

    private static Case Of<T>(string member, Func<T> make, Func<T, Task> start, Action<T> end, bool mayEndAtOnce = false) => new(
        member,
        () =>
        {
            T thing = make();
            return (() => start(thing), () => end(thing));
        },
        MayEndAtOnce: mayEndAtOnce);

    private static Case InLoop(string member, Func<EventLoop, Braid.Threading.Event, Task> start) => new(
        member,
        () =>
        {
            var go = new Braid.Threading.Event();
            return (() => start(EventLoop.Running, go), go.Set);
        },
        NeedsLoop: true);

    private static Task Refused(Func<ValueTask> call) => Refused(async () =>
    {
        await call();
        return true;
    });

    private static async Task Refused<T>(Func<ValueTask<T>> call)
    {
        try
        {
            await call();
        }
        catch (NotSupportedException)
        {
        }
    }

    private static async Task First<T>(IAsyncEnumerable<T> items)
    {
        await foreach (T item in items)
        {
            break;
        }
    }

    private static async Task FirstOf(MapResults<int> results)
    {
        await foreach (int result in results)
        {
            break;
        }
    }

    private static IEnumerable<Case> ThreadingCases() =>
    [
        Of("Threading.Lock.AcquireAsync", Held, static held => held.AcquireAsync().AsPlainTask(), static held => held.Release()),
        Of("Threading.Lock.TryAcquireAsync", Held, static held => held.TryAcquireAsync(s_long).AsPlainTask(), static held => held.Release()),
        Of("Threading.Lock.EnterScopeAsync", Held, static held => held.EnterScopeAsync().AsPlainTask(), static held => held.Release()),
        Of("Threading.RLock.AcquireAsync", static () => new Braid.Threading.RLock(), static mutex => Refused(() => mutex.AcquireAsync()), static _ => { }, mayEndAtOnce: true),
        Of("Threading.RLock.TryAcquireAsync", static () => new Braid.Threading.RLock(), static mutex => Refused(() => mutex.TryAcquireAsync(s_long)), static _ => { }, mayEndAtOnce: true),
        Of("Threading.Semaphore.AcquireAsync", NoPermit, static permits => permits.AcquireAsync().AsPlainTask(), static permits => permits.Release()),
        Of("Threading.Semaphore.TryAcquireAsync", NoPermit, static permits => permits.TryAcquireAsync(s_long).AsPlainTask(), static permits => permits.Release()),
        Of("Threading.Semaphore.EnterScopeAsync", NoPermit, static permits => permits.EnterScopeAsync().AsPlainTask(), static permits => permits.Release()),
        Of("Threading.Event.WaitAsync", Unset, static flag => flag.WaitAsync().AsPlainTask(), static flag => flag.Set()),
        Of("Threading.Event.TryWaitAsync", Unset, static flag => flag.TryWaitAsync(s_long).AsPlainTask(), static flag => flag.Set()),
        Of("Threading.Condition.AcquireAsync", HeldCondition, static held => held.AcquireAsync().AsPlainTask(), static held => held.Release()),
        Of("Threading.Condition.TryAcquireAsync", HeldCondition, static held => held.TryAcquireAsync(s_long).AsPlainTask(), static held => held.Release()),
        Of("Threading.Condition.EnterScopeAsync", HeldCondition, static held => held.EnterScopeAsync().AsPlainTask(), static held => held.Release()),
        Of("Threading.Condition.WaitAsync", FreeCondition, static condition => Inside(condition, static inside => inside.WaitAsync().AsPlainTask()), Notify),
        Of("Threading.Condition.TryWaitAsync", FreeCondition, static condition => Inside(condition, static inside => inside.TryWaitAsync(s_long).AsPlainTask()), Notify),
        Of("Threading.Condition.WaitForAsync", FreeCondition, static condition => Inside(condition, static inside => inside.WaitForAsync(TrueAtSecondLook()).AsPlainTask()), Notify),
        Of("Threading.Condition.TryWaitForAsync", FreeCondition, static condition => Inside(condition, static inside => inside.TryWaitForAsync(TrueAtSecondLook(), s_long).AsPlainTask()), Notify),
        Of("Threading.Barrier.WaitAsync", static () => new Braid.Threading.Barrier(2), static barrier => barrier.WaitAsync().AsPlainTask(), static barrier => barrier.Wait()),
        Of("Threading.Barrier.TryWaitAsync", static () => new Braid.Threading.Barrier(2), static barrier => barrier.TryWaitAsync(s_long).AsPlainTask(), static barrier => barrier.Wait()),
        Of("Threading.Thread.JoinAsync", Running, static running => running.Thread.JoinAsync().AsPlainTask(), static running => running.End.Set()),
        Of("Threading.Thread.TryJoinAsync", Running, static running => running.Thread.TryJoinAsync(s_long).AsPlainTask(), static running => running.End.Set()),
    ];

    private static IEnumerable<Case> QueueCases() =>
    [
        Of("Queues.Queue<T>.GetAsync", Empty, static queue => queue.GetAsync().AsPlainTask(), static queue => queue.Put(1)),
        Of("Queues.Queue<T>.TryGetAsync", Empty, static queue => queue.TryGetAsync(s_long).AsPlainTask(), static queue => queue.Put(1)),
        Of("Queues.Queue<T>.GetManyAsync", Empty, static queue => queue.GetManyAsync(3).AsPlainTask(), static queue => queue.Put(1)),
        Of("Queues.Queue<T>.TryGetManyAsync", Empty, static queue => queue.TryGetManyAsync(3, s_long).AsPlainTask(), static queue => queue.Put(1)),
        Of("Queues.Queue<T>.GetAsyncEnumerator", Empty, static queue => First(queue), static queue => queue.Put(1)),
        Of("Queues.Queue<T>.PutAsync", Full, static queue => queue.PutAsync(2).AsPlainTask(), static queue => queue.Get()),
        Of("Queues.Queue<T>.TryPutAsync", Full, static queue => queue.TryPutAsync(2, s_long).AsPlainTask(), static queue => queue.Get()),
        Of("Queues.Queue<T>.JoinAsync", Full, static queue => queue.JoinAsync().AsPlainTask(), static queue => queue.TaskDone()),
        Of("Queues.Queue<T>.TryJoinAsync", Full, static queue => queue.TryJoinAsync(s_long).AsPlainTask(), static queue => queue.TaskDone()),
        Of("Queues.Queue.GetAnyAsync", Empty, static queue => Braid.Queues.Queue.GetAnyAsync([Empty(), queue]).AsPlainTask(), static queue => queue.Put(1)),
        Of("Queues.Queue.TryGetAnyAsync", Empty, static queue => Braid.Queues.Queue.TryGetAnyAsync([Empty(), queue], s_long).AsPlainTask(), static queue => queue.Put(1)),
        Of("Queues.SimpleQueue<T>.GetAsync", static () => new Braid.Queues.SimpleQueue<int>(), static queue => queue.GetAsync().AsPlainTask(), static queue => queue.Put(1)),
        Of("Queues.SimpleQueue<T>.TryGetAsync", static () => new Braid.Queues.SimpleQueue<int>(), static queue => queue.TryGetAsync(s_long).AsPlainTask(), static queue => queue.Put(1)),
    ];

    private static IEnumerable<Case> FutureCases() =>
    [
        Of("Futures.Future.ResultAsync", Pending, static future => ((Future)future).ResultAsync().AsPlainTask(), Finish),
        Of("Futures.Future.TryResultAsync", Pending, static future => ((Future)future).TryResultAsync(s_long).AsPlainTask(), Finish),
        Of("Futures.Future.ExceptionAsync", Pending, static future => future.ExceptionAsync().AsPlainTask(), Finish),
        Of("Futures.Future.TryExceptionAsync", Pending, static future => future.TryExceptionAsync(s_long).AsPlainTask(), Finish),
        Of("Futures.Future.WaitAsync", Pending, static future => Future.WaitAsync([future]).AsPlainTask(), Finish),
        Of("Futures.Future.AsCompletedAsync", Pending, static future => First(Future.AsCompletedAsync([future])), Finish),
        Of("Futures.Future.AsTask", Pending, static async future => await ((Future)future).AsTask(), Finish),
        Of("Futures.Future.GetAwaiter", Pending, static async future => await (Future)future, Finish),
        Of("Futures.Future<T>.ResultAsync", Pending, static future => future.ResultAsync().AsPlainTask(), Finish),
        Of("Futures.Future<T>.TryResultAsync", Pending, static future => future.TryResultAsync(s_long).AsPlainTask(), Finish),
        Of("Futures.Future<T>.AsTask", Pending, static async future => await future.AsTask(), Finish),
        Of("Futures.Future<T>.GetAwaiter", Pending, static async future => await future, Finish),
        Of("Futures.MapResults<T>.GetAsyncEnumerator", Busy, static busy => FirstOf(busy.Pool.Map(static n => n, [1])), static busy => busy.End.Set()),
        Of("Futures.ThreadPoolExecutor.ShutdownAsync", Busy, static busy => busy.Pool.ShutdownAsync().AsPlainTask(), static busy => busy.End.Set()),
        Of("Futures.ThreadPoolExecutor.ShutdownAsync", Busy, static busy => busy.Pool.ShutdownAsync(s_long).AsPlainTask(), static busy => busy.End.Set()),
        Of("Futures.Executor.SubmitAsync", FullPool, static full => full.Pool.SubmitAsync(static () => 1).AsPlainTask(), static full => full.End.Set()),
        Of("Futures.Executor.SubmitAsync", FullPool, static full => full.Pool.SubmitAsync(static () => { }).AsPlainTask(), static full => full.End.Set()),
        Of("Futures.Executor.SubmitAsync", FullPool, static full => full.Pool.SubmitAsync(static () => Task.CompletedTask).AsPlainTask(), static full => full.End.Set()),
        Of("Futures.Executor.SubmitAsync", FullPool, static full => full.Pool.SubmitAsync(static () => Task.FromResult(1)).AsPlainTask(), static full => full.End.Set()),
        Of("Futures.Executor.SubmitAsync", FullPool, static full => full.Pool.SubmitAsync(static () => ValueTask.CompletedTask).AsPlainTask(), static full => full.End.Set()),
        Of("Futures.Executor.SubmitAsync", FullPool, static full => full.Pool.SubmitAsync(static () => ValueTask.FromResult(1)).AsPlainTask(), static full => full.End.Set()),
        Of("Futures.Executor.DisposeAsync", Busy, static busy => busy.Pool.DisposeAsync().AsPlainTask(), static busy => busy.End.Set()),
    ];

    private static IEnumerable<Case> LoopCases() =>
    [
        Of("AsyncIO.TaskGroup.RunAsync", Unset, static flag => new TaskGroup().RunAsync(group => { _ = group.CreateTask(token => flag.WaitAsync(token).AsPlainTask()); }), static flag => flag.Set()),
        Of("AsyncIO.TaskGroup.RunAsync", Unset, static flag => new TaskGroup().RunAsync(async _ => await flag.WaitAsync()), static flag => flag.Set()),
        Of("AsyncIO.TaskGroup.RunAsync", Unset, static flag => new TaskGroup().RunAsync(async _ => { await flag.WaitAsync(); return 1; }), static flag => flag.Set()),
        Of("AsyncIO.TaskGroup.CreateTask", Unset, static flag => new TaskGroup().RunAsync(async group => await group.CreateTask(async token => await flag.WaitAsync(token))), static flag => flag.Set()),
        Of("AsyncIO.TaskGroup.CreateTask", Unset, static flag => new TaskGroup().RunAsync(async group => await group.CreateTask(async token => { await flag.WaitAsync(token); return 1; })), static flag => flag.Set()),
        Of("AsyncIO.Timeout.RunAsync", Unset, static flag => Expires(flag), static _ => { }, mayEndAtOnce: true),
        Of("AsyncIO.Timeout.RunAsync", Unset, static async flag => await new Braid.AsyncIO.Timeout(s_long).RunAsync(async limit => { await flag.WaitAsync(limit.Token); return 1; }), static flag => flag.Set()),
        InLoop("ValueTask.AsTask", static async (loop, go) => await Task.WhenAll(go.WaitAsync().AsTask(), go.TryWaitAsync(s_long).AsTask())),
        InLoop("AsyncIO.EventLoop.CreateTask", static async (loop, go) => await loop.CreateTask(async token => await go.WaitAsync(token))),
        InLoop("AsyncIO.EventLoop.CreateTask", static async (loop, go) => await loop.CreateTask(async token => { await go.WaitAsync(token); return 1; })),
        // the functions block: what follows an await of theirs would have no context, and so be queued to the pool
        InLoop("AsyncIO.EventLoop.RunInExecutor", static async (loop, go) => await loop.RunInExecutor(() => go.Wait())),
        InLoop("AsyncIO.EventLoop.RunInExecutor", static async (loop, go) => await loop.RunInExecutor(() => { go.Wait(); return Task.CompletedTask; })),
        InLoop("AsyncIO.EventLoop.RunInExecutor", static async (loop, go) => await loop.RunInExecutor(() => { go.Wait(); return Task.FromResult(1); })),
        InLoop("AsyncIO.EventLoop.RunInExecutor", static async (loop, go) => await loop.RunInExecutor(new ThreadPoolExecutor(1), () => { go.Wait(); return Task.CompletedTask; })),
        InLoop("AsyncIO.EventLoop.RunInExecutor", static async (loop, go) => await loop.RunInExecutor(new ThreadPoolExecutor(1), () => { go.Wait(); return Task.FromResult(1); })),
        InLoop("AsyncIO.EventLoop.RunInExecutor", static async (loop, go) => await loop.RunInExecutor(() => { go.Wait(); return 1; })),
        InLoop("AsyncIO.EventLoop.RunInExecutor", static async (loop, go) => await loop.RunInExecutor(new ThreadPoolExecutor(1), () => go.Wait())),
        InLoop("AsyncIO.EventLoop.RunInExecutor", static async (loop, go) => await loop.RunInExecutor(new ThreadPoolExecutor(1), () => { go.Wait(); return 1; })),
    ];

    private static async Task Expires(Braid.Threading.Event never)
    {
        try
        {
            await new Braid.AsyncIO.Timeout(TimeSpan.FromMilliseconds(300)).RunAsync(async limit => await never.WaitAsync(limit.Token));
        }
        catch (TimeoutException)
        {
        }
    }

    private static Braid.Threading.Lock Held()
    {
        var held = new Braid.Threading.Lock();
        held.Acquire();
        return held;
    }

    private static Braid.Threading.Semaphore NoPermit() => new(0);

    private static Braid.Threading.Event Unset() => new();

    private static Braid.Threading.Condition FreeCondition() => new(new Braid.Threading.Lock());

    private static Braid.Threading.Condition HeldCondition()
    {
        Braid.Threading.Condition condition = FreeCondition();
        condition.Acquire();
        return condition;
    }

    private static async Task Inside(Braid.Threading.Condition condition, Func<Braid.Threading.Condition, Task> wait)
    {
        await condition.AcquireAsync();
        await wait(condition);
        condition.Release();
    }

    private static void Notify(Braid.Threading.Condition condition)
    {
        using (condition.EnterScope())
        {
            condition.NotifyAll();
        }
    }

    private static Func<bool> TrueAtSecondLook()
    {
        int looks = 0;
        return () => looks++ > 0;
    }

    private static (Braid.Threading.Thread Thread, Braid.Threading.Event End) Running()
    {
        var end = new Braid.Threading.Event();
        var thread = new Braid.Threading.Thread(() => end.Wait(), daemon: true);
        thread.Start();
        return (thread, end);
    }

    private static Braid.Queues.Queue<int> Empty() => new();

    private static Braid.Queues.Queue<int> Full()
    {
        var queue = new Braid.Queues.Queue<int>(maxsize: 1);
        queue.Put(1);
        return queue;
    }

    private static Future<int> Pending() => new();

    private static void Finish(Future<int> future) => future.SetResult(1);

    /// <summary>A pool that takes no call before the one that runs has ended.</summary>
    private static (ThreadPoolExecutor Pool, Braid.Threading.Event End) FullPool()
    {
        var end = new Braid.Threading.Event();
        var begun = new Braid.Threading.Event();
        var pool = new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = 1, MaxPending = 1 });
        pool.Submit(() =>
        {
            begun.Set();
            end.Wait();
        });
        begun.Wait();
        pool.Submit(static () => { });
        return (pool, end);
    }

    private static (ThreadPoolExecutor Pool, Braid.Threading.Event End) Busy()
    {
        var end = new Braid.Threading.Event();
        var pool = new ThreadPoolExecutor(1);
        pool.Submit(() => end.Wait());
        return (pool, end);
    }

    private static async Task AsPlainTask(this ValueTask wait) => await wait;

    private static async Task AsPlainTask<T>(this ValueTask<T> wait) => await wait;
}
