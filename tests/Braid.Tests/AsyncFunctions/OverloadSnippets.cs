using Braid.AsyncIO;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Calls with every usual shape of function. That this file compiles is the test: none of them is ambiguous, and each has the type written before it.</summary>
internal static class OverloadSnippets
{
    public static void OfProcess()
    {
        _ = new Process();
        _ = new Process(null);
        _ = new Process(name: "unnamed");
        _ = new Process(Act);
        _ = new Process(ActAsync);
        _ = new Process(ActValueAsync);
        _ = new Process(() => Act());
        _ = new Process(static () => { });
        _ = new Process(() => throw new TimeoutException());
        _ = new Process(async () => await ActAsync());
        _ = new Process(static async () => { await Task.Yield(); });
        _ = new Process(async () => { await Task.Yield(); throw new TimeoutException(); });
        _ = new Process(target: async () => await ActAsync(), daemon: true);
        Process started = Process.Start(Act);
        started = Process.Start(ActAsync);
        started = Process.Start(ActValueAsync);
        started = Process.Start(() => ActAsync());
        started = Process.Start(() => ActValueAsync());
        started = Process.Start(() => throw new TimeoutException());
        started = Process.Start(async () => await ActAsync(), name: "named");
        started = Process.Start(static n => Take(n), 1);
        started = Process.Start(static async n => await TwiceAsync(n), 1);
        started = Process.Start(Take, 1);
        started = Process.Start(TakeAsync, 1);
        started = Process.Start(static n => throw new TimeoutException(), 1);
    }

    public static async Task OfRun()
    {
        int result = Process.Run(Compute);
        result = Process.Run(ComputeAsync);
        result = Process.Run(ComputeValueAsync);
        result = Process.Run(() => 1);
        result = Process.Run(() => ComputeAsync());
        result = Process.Run(() => ComputeValueAsync());
        result = Process.Run(static async () => { await Task.Yield(); return 1; });
        result = Process.Run(async ValueTask<int> () => { await Task.Yield(); return 1; });
        result = Process.Run(int () => throw new TimeoutException());
        result = Process.Run(static n => n * 2, 1, memoryLimit: 1 << 30);
        result = Process.Run(static async n => await TwiceAsync(n), 1, TimeSpan.FromSeconds(1));
        result = Process.Run(TwiceAsync, 1);
        result = Process.Run(TwiceValueAsync, 1);
        Process.Run(async () => await ActAsync());
        Process.Run(() => throw new TimeoutException());
        Process.Run(ActAsync);
        Process.Run(ActValueAsync);
        Process.Run(static async n => await TakeAsync(n), 1);
        Process.Run(TakeAsync, 1);
        result = await Process.RunAsync(Compute);
        result = await Process.RunAsync(ComputeAsync);
        result = await Process.RunAsync(static async () => { await Task.Yield(); return 1; });
        result = await Process.RunAsync(() => 1);
        result = await Process.RunAsync(TwiceAsync, 1);
        await Process.RunAsync(async () => await ActAsync());
        await Process.RunAsync(TakeAsync, 1);
    }

    public static void OfSubmit(Executor executor)
    {
        Future<int> result = executor.Submit(Compute);
        result = executor.Submit(ComputeAsync);
        result = executor.Submit(() => 1);
        result = executor.Submit(static async () => { await Task.Yield(); return 1; });
        Future done = executor.Submit(Act);
        done = executor.Submit(ActAsync);
        done = executor.Submit(static () => { });
        done = executor.Submit(static async () => { await Task.Yield(); });
    }

    public static void OfMap(Executor executor)
    {
        int[] items = [1, 2];
        MapResults<int> results = executor.Map(Twice, items);
        results = executor.Map(TwiceAsync, items);
        results = executor.Map(TwiceValueAsync, items);
        results = executor.Map(n => n * 2, items);
        results = executor.Map(n => TwiceAsync(n), items, chunksize: 2);
        results = executor.Map(static async n => { await Task.Yield(); return n; }, items);
        results = executor.Map(async ValueTask<int> (int n) => { await Task.Yield(); return n; }, items);
        results = executor.Map((a, b) => a + b, items, items);
        results = executor.Map(async (a, b) => { await Task.Yield(); return a + b; }, items, items);
        results = executor.MapUnordered(TwiceAsync, items);
        results = executor.MapUnordered(async n => await TwiceAsync(n), items);
        results = executor.Map(int (int n) => throw new TimeoutException(), items);
    }

    public static void OfPool(Pool pool)
    {
        int[] items = [1, 2];
        int result = pool.Apply(Compute);
        result = pool.Apply(ComputeAsync);
        result = pool.Apply(() => 1);
        result = pool.Apply(async () => { await Task.Yield(); return 1; });
        result = pool.Apply(static async n => await TwiceAsync(n), 1);
        result = pool.Apply(Twice, 1);
        result = pool.Apply(TwiceAsync, 1);
        AsyncResult<int> later = pool.ApplyAsync(ComputeAsync);
        later = pool.ApplyAsync(async () => { await Task.Yield(); return 1; }, callback: n => Take(n), errorCallback: static _ => { });
        later = pool.ApplyAsync(TwiceAsync, 1, Take);
        int[] all = pool.Map(Twice, items);
        all = pool.Map(TwiceAsync, items);
        all = pool.Map(async n => await TwiceAsync(n), items, 1);
        AsyncResult<int[]> allLater = pool.MapAsync(TwiceAsync, items);
        allLater = pool.MapAsync(n => n, items);
        MapResults<int> lazy = pool.Imap(TwiceAsync, items);
        lazy = pool.Imap(n => n, items);
        lazy = pool.ImapUnordered(async n => await TwiceAsync(n), items);
        all = pool.Starmap(async (a, b) => { await Task.Yield(); return a + b; }, [(1, 2)]);
        all = pool.Starmap((a, b, c) => a + b + c, [(1, 2, 3)]);
        allLater = pool.StarmapAsync(async (a, b, c) => { await Task.Yield(); return a + b + c; }, [(1, 2, 3)]);
    }

    public static void OfInitializers()
    {
        _ = new ProcessPoolExecutor();
        _ = new ProcessPoolExecutor(1);
        _ = new ProcessPoolExecutor(1, null);
        _ = new ProcessPoolExecutor(1, Act);
        _ = new ProcessPoolExecutor(1, ActAsync);
        _ = new ProcessPoolExecutor(1, static () => { }, 3);
        _ = new ProcessPoolExecutor(initializer: Act);
        _ = new ProcessPoolExecutor(initializer: async () => await ActAsync());
        _ = new ProcessPoolExecutor(initializer: static () => throw new TimeoutException(), maxTasksPerChild: 2);
        _ = new ProcessPoolExecutor(initializer: () => ActValueAsync());
        _ = new ProcessPoolExecutor(new ProcessPoolOptions { InitializerAsync = async () => await ActAsync() });
        _ = new Pool();
        _ = new Pool(2);
        _ = new Pool(2, async () => await ActAsync());
        _ = new Pool(initializer: async () => await ActAsync(), maxtasksperchild: 1);
        _ = new Multiprocessing.ThreadPool();
        _ = new Multiprocessing.ThreadPool(2);
        _ = new Multiprocessing.ThreadPool(initializer: async () => await ActAsync());
        _ = new ThreadPoolExecutor();
        _ = new ThreadPoolExecutor(1);
        _ = new ThreadPoolExecutor(1, "prefix");
        _ = new ThreadPoolExecutor(initializer: async () => await ActAsync());
        _ = new ThreadPoolExecutor(1, initializer: Act);
        _ = new ThreadPoolExecutor(1, threadNamePrefix: "prefix", initializer: ActAsync);
    }

    public static void OfThreads(Future future)
    {
        _ = new Threading.Thread();
        _ = new Threading.Thread(Act, "name");
        _ = new Threading.Thread(ActAsync);
        _ = new Threading.Thread(() => ActValueAsync());
        _ = new Threading.Thread(async () => await ActAsync(), daemon: true);
        _ = new Threading.Thread(() => throw new TimeoutException());
        _ = new Threading.Timer(TimeSpan.Zero, Act);
        _ = new Threading.Timer(TimeSpan.Zero, async () => await ActAsync());
        _ = new Threading.Timer(TimeSpan.Zero, () => throw new TimeoutException());
        future.AddDoneCallback(static _ => { });
        future.AddDoneCallback(static done => Console.WriteLine(done));
        future.AddDoneCallback(static async _ => await ActAsync());
        future.AddDoneCallback(static _ => throw new TimeoutException());
    }

    public static async Task OfLoop(EventLoop loop, Executor executor)
    {
        int result = await loop.RunInExecutor(Compute);
        result = await loop.RunInExecutor(ComputeAsync);
        result = await loop.RunInExecutor(static async () => { await Task.Yield(); return 1; });
        await loop.RunInExecutor(Act);
        await loop.RunInExecutor(static () => { });
        await loop.RunInExecutor(static async () => await ActAsync());
        await loop.RunInExecutor(() => throw new TimeoutException());
        result = await loop.RunInExecutor(executor, async () => await ComputeAsync());
        await loop.RunInExecutor(executor, ActAsync);
        loop.CallSoon(static () => throw new TimeoutException());
    }

    private static void Act()
    {
    }

    private static Task ActAsync() => Task.CompletedTask;

    private static ValueTask ActValueAsync() => default;

    private static int Compute() => 1;

    private static Task<int> ComputeAsync() => Task.FromResult(1);

    private static ValueTask<int> ComputeValueAsync() => new(1);

    private static int Twice(int n) => 2 * n;

    private static Task<int> TwiceAsync(int n) => Task.FromResult(2 * n);

    private static ValueTask<int> TwiceValueAsync(int n) => new(2 * n);

    private static void Take(int n) => _ = n;

    private static Task TakeAsync(int n) => Task.CompletedTask;
}
