using Braid.Futures;
using Braid.Multiprocessing;
using Barrier = Braid.Multiprocessing.Barrier;
using Lock = Braid.Multiprocessing.Lock;
using Semaphore = Braid.Multiprocessing.Semaphore;

namespace TestWorker;

/// <content>Those that wait for other processes.</content>
internal static partial class AwaitingMembers
{
    private static readonly byte[] s_key = [1, 2, 3];
    private static readonly Lazy<Pool> s_pool = new(static () => new Pool(1));

    /// <summary>Starts what all cases share, before the thread pool is full.</summary>
    public static void WarmUp() => s_pool.Value.Apply(static () => 1);

    private static IEnumerable<Case> SharedCases() =>
    [
        Of("Multiprocessing.Lock.AcquireAsync", SharedHeld, static held => held.AcquireAsync().AsPlainTask(), static held => held.Release()),
        Of("Multiprocessing.Lock.TryAcquireAsync", SharedHeld, static held => held.TryAcquireAsync(s_long).AsPlainTask(), static held => held.Release()),
        Of("Multiprocessing.Lock.EnterScopeAsync", SharedHeld, static held => held.EnterScopeAsync().AsPlainTask(), static held => held.Release()),
        Of("Multiprocessing.RLock.AcquireAsync", static () => new RLock(), static mutex => Refused(() => mutex.AcquireAsync()), static _ => { }, mayEndAtOnce: true),
        Of("Multiprocessing.RLock.TryAcquireAsync", static () => new RLock(), static mutex => Refused(() => mutex.TryAcquireAsync(s_long)), static _ => { }, mayEndAtOnce: true),
        Of("Multiprocessing.Semaphore.AcquireAsync", static () => new Semaphore(0), static permits => permits.AcquireAsync().AsPlainTask(), static permits => permits.Release()),
        Of("Multiprocessing.Semaphore.TryAcquireAsync", static () => new Semaphore(0), static permits => permits.TryAcquireAsync(s_long).AsPlainTask(), static permits => permits.Release()),
        Of("Multiprocessing.Semaphore.EnterScopeAsync", static () => new Semaphore(0), static permits => permits.EnterScopeAsync().AsPlainTask(), static permits => permits.Release()),
        Of("Multiprocessing.Event.WaitAsync", static () => new Event(), static flag => flag.WaitAsync().AsPlainTask(), static flag => flag.Set()),
        Of("Multiprocessing.Event.TryWaitAsync", static () => new Event(), static flag => flag.TryWaitAsync(s_long).AsPlainTask(), static flag => flag.Set()),
        Of("Multiprocessing.Condition.AcquireAsync", SharedHeldCondition, static held => held.AcquireAsync().AsPlainTask(), static held => held.Release()),
        Of("Multiprocessing.Condition.TryAcquireAsync", SharedHeldCondition, static held => held.TryAcquireAsync(s_long).AsPlainTask(), static held => held.Release()),
        Of("Multiprocessing.Condition.EnterScopeAsync", SharedHeldCondition, static held => held.EnterScopeAsync().AsPlainTask(), static held => held.Release()),
        Of("Multiprocessing.Condition.WaitAsync", SharedCondition, static condition => Inside(condition, static inside => inside.WaitAsync().AsPlainTask()), Notify),
        Of("Multiprocessing.Condition.TryWaitAsync", SharedCondition, static condition => Inside(condition, static inside => inside.TryWaitAsync(s_long).AsPlainTask()), Notify),
        Of("Multiprocessing.Condition.WaitForAsync", SharedCondition, static condition => Inside(condition, static inside => inside.WaitForAsync(TrueAtSecondLook()).AsPlainTask()), Notify),
        Of("Multiprocessing.Condition.TryWaitForAsync", SharedCondition, static condition => Inside(condition, static inside => inside.TryWaitForAsync(TrueAtSecondLook(), s_long).AsPlainTask()), Notify),
        Of("Multiprocessing.Barrier.WaitAsync", static () => new Barrier(2), static barrier => barrier.WaitAsync().AsPlainTask(), static barrier => barrier.Wait()),
        Of("Multiprocessing.Barrier.TryWaitAsync", static () => new Barrier(2), static barrier => barrier.TryWaitAsync(s_long).AsPlainTask(), static barrier => barrier.Wait()),
        Of("Multiprocessing.Queue<T>.GetAsync", SharedEmpty, static queue => queue.GetAsync().AsPlainTask(), static queue => queue.Put(1)),
        Of("Multiprocessing.Queue<T>.TryGetAsync", SharedEmpty, static queue => queue.TryGetAsync(s_long).AsPlainTask(), static queue => queue.Put(1)),
        Of("Multiprocessing.Queue<T>.GetManyAsync", SharedEmpty, static queue => queue.GetManyAsync(3).AsPlainTask(), static queue => queue.Put(1)),
        Of("Multiprocessing.Queue<T>.TryGetManyAsync", SharedEmpty, static queue => queue.TryGetManyAsync(3, s_long).AsPlainTask(), static queue => queue.Put(1)),
        Of("Multiprocessing.Queue<T>.GetAsyncEnumerator", SharedEmpty, static queue => First(queue), static queue => queue.Put(1)),
        Of("Multiprocessing.Queue<T>.PutAsync", SharedFull, static queue => queue.PutAsync(2).AsPlainTask(), static queue => queue.Get()),
        Of("Multiprocessing.Queue<T>.TryPutAsync", SharedFull, static queue => queue.TryPutAsync(2, s_long).AsPlainTask(), static queue => queue.Get()),
        Of("Multiprocessing.Queue<T>.JoinAsync", SharedFull, static queue => queue.JoinAsync().AsPlainTask(), static queue => queue.TaskDone()),
        Of("Multiprocessing.Queue<T>.TryJoinAsync", SharedFull, static queue => queue.TryJoinAsync(s_long).AsPlainTask(), static queue => queue.TaskDone()),
        Of("Multiprocessing.Queue.GetAnyAsync", SharedEmpty, static queue => Braid.Multiprocessing.Queue.GetAnyAsync([SharedEmpty(), queue]).AsPlainTask(), static queue => queue.Put(1)),
        Of("Multiprocessing.Queue.TryGetAnyAsync", SharedEmpty, static queue => Braid.Multiprocessing.Queue.TryGetAnyAsync([SharedEmpty(), queue], s_long).AsPlainTask(), static queue => queue.Put(1)),
        Of("Multiprocessing.SimpleQueue<T>.GetAsync", static () => new SimpleQueue<int>(), static queue => queue.GetAsync().AsPlainTask(), static queue => queue.Put(1)),
        Of("Multiprocessing.SimpleQueue<T>.TryGetAsync", static () => new SimpleQueue<int>(), static queue => queue.TryGetAsync(s_long).AsPlainTask(), static queue => queue.Put(1)),
        Of("Multiprocessing.Connection.PollAsync", NewPipe, static pipe => pipe.Here.PollAsync(s_long).AsPlainTask(), static pipe => pipe.There.Send(1)),
        Of("Multiprocessing.Connection.RecvAsync", NewPipe, static pipe => pipe.Here.RecvAsync<int>().AsPlainTask(), static pipe => pipe.There.Send(1)),
        Of("Multiprocessing.Connection.TryRecvAsync", NewPipe, static pipe => pipe.Here.TryRecvAsync<int>(s_long).AsPlainTask(), static pipe => pipe.There.Send(1)),
        Of("Multiprocessing.Connection.RecvBytesAsync", NewPipe, static pipe => pipe.Here.RecvBytesAsync().AsPlainTask(), static pipe => pipe.There.SendBytes([1])),
        Of("Multiprocessing.Connection.RecvBytesIntoAsync", NewPipe, static pipe => pipe.Here.RecvBytesIntoAsync(new byte[1]).AsPlainTask(), static pipe => pipe.There.SendBytes([1])),
        Of("Multiprocessing.Connection.WaitAsync", NewPipe, static pipe => Connection.WaitAsync([pipe.Here, NewPipe().Here]).AsPlainTask(), static pipe => pipe.There.Send(1)),
        Of("Multiprocessing.Connection.PollAsync", NewSocket, static pair => pair.Here.PollAsync(s_long).AsPlainTask(), static pair => pair.There.Send(1)),
        Of("Multiprocessing.Connection.RecvAsync", NewSocket, static pair => pair.Here.RecvAsync<int>().AsPlainTask(), static pair => pair.There.Send(1)),
        Of("Multiprocessing.Connection.TryRecvAsync", NewSocket, static pair => pair.Here.TryRecvAsync<int>(s_long).AsPlainTask(), static pair => pair.There.Send(1)),
        Of("Multiprocessing.Connection.WaitAsync", NewSocket, static pair => Connection.WaitAsync([pair.Here, NewPipe().Here]).AsPlainTask(), static pair => pair.There.Send(1)),
        Of("Multiprocessing.Connection.SendBytesAsync", NewSocket, static pair => pair.Here.SendBytesAsync(new byte[10_000_000]).AsPlainTask(), static pair => pair.There.RecvBytes()),
        Of("Multiprocessing.Listener.AcceptAsync", NewListener, static listener => listener.AcceptAsync().AsPlainTask(), Connect),
        Of("Multiprocessing.Listener.TryAcceptAsync", NewListener, static listener => listener.TryAcceptAsync(s_long).AsPlainTask(), Connect),
        Of("Multiprocessing.Client.ConnectAsync", NewListener, static listener => Client.ConnectAsync(listener.Address, s_key).AsPlainTask(), static listener => listener.Accept(), mayEndAtOnce: true),
        Of("Multiprocessing.Client.ConnectAsync", NewListener, static listener => Client.ConnectAsync(("localhost", 1), s_key).AsPlainTask().ContinueWith(static _ => { }, TaskContinuationOptions.ExecuteSynchronously), static _ => { }, mayEndAtOnce: true),
        Of("Multiprocessing.Connection.SendAsync", NewPipe, static pipe => pipe.Here.SendAsync(1).AsPlainTask(), static _ => { }, mayEndAtOnce: true),
        Of("Multiprocessing.Connection.SendBytesAsync", NewPipe, static pipe => pipe.Here.SendBytesAsync(new byte[1]).AsPlainTask(), static _ => { }, mayEndAtOnce: true),
    ];

    private static Listener NewListener() => new(authKey: s_key);

    private static void Connect(Listener listener) => Client.Connect(listener.Address, s_key);

    private static (Connection Here, Connection There) NewSocket()
    {
        using Listener listener = NewListener();
        Connection here = Client.Connect(listener.Address, s_key);
        return (here, listener.Accept());
    }

    private static IEnumerable<Case> ProcessCases() =>
    [
        Of("Multiprocessing.Process.JoinAsync", Child, static child => child.Process.JoinAsync().AsPlainTask(), static child => child.End.Set()),
        Of("Multiprocessing.Process.TryJoinAsync", Child, static child => child.Process.TryJoinAsync(s_long).AsPlainTask(), static child => child.End.Set()),
        Of("Multiprocessing.Process.RunAsync", static () => new Event(), static end => Process.RunAsync(() => { end.Wait(); return 1; }), static end => end.Set()),
        Of("Multiprocessing.Process.RunAsync", static () => new Event(), static end => Process.RunAsync(static end => { end.Wait(); return 1; }, end), static end => end.Set()),
        Of("Multiprocessing.Process.RunAsync", static () => new Event(), static end => Process.RunAsync(async () => { await end.WaitAsync(); return 1; }), static end => end.Set()),
        Of("Multiprocessing.Process.RunAsync", static () => new Event(), static end => Process.RunAsync(static async end => { await end.WaitAsync(); return 1; }, end), static end => end.Set()),
        Of("Multiprocessing.Process.RunAsync", static () => new Event(), static end => Process.RunAsync(async () => await end.WaitAsync()), static end => end.Set()),
        Of("Multiprocessing.Process.RunAsync", static () => new Event(), static end => Process.RunAsync(static async end => await end.WaitAsync(), end), static end => end.Set()),
        Of("Multiprocessing.Process.RunAsync", static () => new Event(), static end => Process.RunAsync(async ValueTask<int> () => { await end.WaitAsync(); return 1; }), static end => end.Set()),
        Of("Multiprocessing.Process.RunAsync", static () => new Event(), static end => Process.RunAsync(static async ValueTask<int> (Event end) => { await end.WaitAsync(); return 1; }, end), static end => end.Set()),
        Of("Multiprocessing.Process.RunAsync", static () => new Event(), static end => Process.RunAsync(async ValueTask () => await end.WaitAsync()), static end => end.Set()),
        Of("Multiprocessing.Process.RunAsync", static () => new Event(), static end => Process.RunAsync(static async ValueTask (Event end) => await end.WaitAsync(), end), static end => end.Set()),
        Of("Multiprocessing.AsyncResult<T>.GetAsync", Call, static call => call.Result.GetAsync().AsPlainTask(), static call => call.End.Set()),
        Of("Multiprocessing.AsyncResult<T>.TryGetAsync", Call, static call => call.Result.TryGetAsync(s_long).AsPlainTask(), static call => call.End.Set()),
        Of("Multiprocessing.AsyncResult<T>.WaitAsync", Call, static call => call.Result.WaitAsync().AsPlainTask(), static call => call.End.Set()),
        Of("Multiprocessing.AsyncResult<T>.TryWaitAsync", Call, static call => call.Result.TryWaitAsync(s_long).AsPlainTask(), static call => call.End.Set()),
        Of("Multiprocessing.AsyncResult<T>.AsTask", Call, static async call => await call.Result.AsTask(), static call => call.End.Set()),
        Of("Multiprocessing.AsyncResult<T>.GetAwaiter", Call, static async call => await call.Result, static call => call.End.Set()),
        Of("Multiprocessing.Pool.JoinAsync", ClosedPool, static pool => pool.Pool.JoinAsync().AsPlainTask(), static pool => pool.End.Set()),
        Of("Multiprocessing.Pool.TryJoinAsync", ClosedPool, static pool => pool.Pool.TryJoinAsync(s_long).AsPlainTask(), static pool => pool.End.Set()),
        Of("Multiprocessing.Pool.DisposeAsync", ClosedPool, static pool => pool.Pool.DisposeAsync().AsPlainTask(), static pool => pool.End.Set(), mayEndAtOnce: true),
        Of("Multiprocessing.Pool.ShutdownAsync", ClosedPool, static pool => pool.Pool.ShutdownAsync(s_long).AsPlainTask(), static pool => pool.End.Set()),
        Of("Futures.ProcessPoolExecutor.ShutdownAsync", BusyProcesses, static busy => busy.Pool.ShutdownAsync().AsPlainTask(), static busy => busy.End.Set()),
        Of("Futures.ProcessPoolExecutor.ShutdownAsync", BusyProcesses, static busy => busy.Pool.ShutdownAsync(s_long).AsPlainTask(), static busy => busy.End.Set()),
    ];

    private static Lock SharedHeld()
    {
        var held = new Lock();
        held.Acquire();
        return held;
    }

    private static Condition SharedCondition() => new(new Lock());

    private static Condition SharedHeldCondition()
    {
        Condition condition = SharedCondition();
        condition.Acquire();
        return condition;
    }

    private static async Task Inside(Condition condition, Func<Condition, Task> wait)
    {
        await condition.AcquireAsync();
        await wait(condition);
        condition.Release();
    }

    private static void Notify(Condition condition)
    {
        using (condition.EnterScope())
        {
            condition.NotifyAll();
        }
    }

    private static Braid.Multiprocessing.Queue<int> SharedEmpty() => new();

    private static Braid.Multiprocessing.Queue<int> SharedFull()
    {
        var queue = new JoinableQueue<int>(maxsize: 1);
        queue.Put(1);
        return queue;
    }

    private static (Connection Here, Connection There) NewPipe() => Pipe.Create();

    private static (Process Process, Event End) Child()
    {
        var end = new Event();
        return (Process.Start(static end => end.Wait(), end), end);
    }

    private static (AsyncResult<int> Result, Event End) Call()
    {
        var end = new Event();
        return (s_pool.Value.ApplyAsync(static end => { end.Wait(); return 1; }, end), end);
    }

    private static (Pool Pool, Event End) ClosedPool()
    {
        var end = new Event();
        var pool = new Pool(1);
        pool.ApplyAsync(static end => { end.Wait(); return 1; }, end);
        pool.Close();
        return (pool, end);
    }

    private static (ProcessPoolExecutor Pool, Event End) BusyProcesses()
    {
        var end = new Event();
        var pool = new ProcessPoolExecutor(1);
        pool.Submit(() => end.Wait());
        return (pool, end);
    }
}
