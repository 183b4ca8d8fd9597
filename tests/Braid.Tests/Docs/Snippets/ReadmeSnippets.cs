using Braid.Diagnostics;
using Braid.Python;

namespace Braid.Tests;

/// <summary>The blocks of README.md.</summary>
internal static class ReadmeSnippets
{
    [Prints("40")]
    public static async Task LockThatBlocksAndIsAwaited()
    {
        #region threading
        var gate = new Threading.Lock();
        int balance = 0;

        void Deposit()
        {
            using (gate.EnterScope())                  // blocks
            {
                balance += 10;
            }
        }

        var threads = Enumerable.Range(0, 4).Select(_ => new Threading.Thread(Deposit)).ToList();
        threads.ForEach(thread => thread.Start());
        Threading.Thread.JoinAll(threads);

        using (await gate.EnterScopeAsync())           // the same lock, awaited
        {
            Console.WriteLine(balance);
        }
        #endregion
    }

    [Prints("0", "Access to the path '/etc/passwd' is denied.", InSandbox = true)]
    public static void StrangersCode()
    {
        #region sandbox
        static string Plugin(string file) => File.ReadAllText(file).ToUpperInvariant();   // not ours: who knows what it does

        string allowed = Path.GetTempFileName();
        Multiprocessing.Sandbox sandbox = Multiprocessing.Sandbox.Strict.WithRead(allowed);
        Console.WriteLine(Multiprocessing.Process.Run(Plugin, allowed, sandbox: sandbox).Length);
        try
        {
            Multiprocessing.Process.Run(Plugin, "/etc/passwd", sandbox: sandbox);
        }
        catch (UnauthorizedAccessException refused)
        {
            Console.WriteLine(refused.Message);        // no file, no network, no other process but what was named
        }
        #endregion
    }

    [Prints("4950")]
    public static async Task QueueOfAThreadAndAnAwait()
    {
        #region queues
        var queue = new Queues.Queue<int>(maxsize: 10);

        var producer = new Threading.Thread(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                queue.Put(i);                          // blocks while the queue is full
            }

            queue.Shutdown();
        });
        producer.Start();

        long sum = 0;
        await foreach (int item in queue)              // awaits, and ends when the queue is shut down
        {
            sum += item;
        }

        Console.WriteLine(sum);
        #endregion
    }

    [Prints("42", "42", "0", "1", "4", "9", "16", "25", "36", "49", "64", "81")]
    public static async Task PoolOfThreads()
    {
        #region futures
        using var pool = new Futures.ThreadPoolExecutor(maxWorkers: 4);

        Futures.Future<int> future = pool.Submit(() => 6 * 7);
        Console.WriteLine(future.Result());            // blocks
        Console.WriteLine(await future);               // or awaits

        foreach (int square in pool.Map(n => n * n, Enumerable.Range(0, 10), buffersize: 4))
        {
            Console.WriteLine(square);                 // in order, as they come
        }
        #endregion
    }

    public static void PoolOfProcesses()
    {
        #region process pool
        var options = new Futures.ProcessPoolOptions { TaskTimeout = TimeSpan.FromSeconds(2), MemoryLimit = 300_000_000 };
        using var pool = new Futures.ProcessPoolExecutor(options);

        Futures.Future<int> good = pool.Submit(() => 6 * 7);               // runs in a child process
        Futures.Future hung = pool.Submit(() => { while (true) { } });
        Console.WriteLine(good.Result());
        Console.WriteLine(hung.Exception()!.Message);                      // killed after two seconds; the pool goes on
        #endregion
    }

    [Prints("1 even, 3 odd", "8")]
    public static async Task ProcessWithSharedMemory()
    {
        #region multiprocessing
        using var counts = new Multiprocessing.Array<int>(2);
        using var lines = new Multiprocessing.Queue<string>(maxsize: 100);

        var counter = Multiprocessing.Process.Start(() =>
        {
            foreach (string line in lines.GetConsumingEnumerable())        // blocks, in the child
            {
                using (counts.EnterScope())
                {
                    counts[line.Length % 2]++;                             // in memory that both have
                }
            }
        });

        foreach (string line in new[] { "one", "two", "three", "four" })
        {
            await lines.PutAsync(line);                                    // awaits, here
        }

        lines.Shutdown();
        await counter.JoinAsync();
        Console.WriteLine($"{counts[0]} even, {counts[1]} odd");

        int length = Multiprocessing.Process.Run(static (string text) => text.Length, "one call", timeout: TimeSpan.FromSeconds(5));
        #endregion
        Console.WriteLine(length);
    }

    [Prints("30", "too slow")]
    public static void GroupAndLimitInALoop()
    {
        #region asyncio
        async Task<int> Ask(int milliseconds, CancellationToken token)
        {
            await Task.Delay(milliseconds, token);
            return milliseconds;
        }

        AsyncIO.EventLoop.Run(async () =>                               // one thread for all of it
        {
            int sum = await new AsyncIO.TaskGroup().RunAsync(async group =>
            {
                Task<int> first = group.CreateTask(token => Ask(10, token));
                Task<int> second = group.CreateTask(token => Ask(20, token));
                return await first + await second;
            });                                                         // both have ended here; if one failed, the other was cancelled
            Console.WriteLine(sum);

            try
            {
                await new AsyncIO.Timeout(TimeSpan.FromSeconds(0.1)).RunAsync(limit => Ask(60_000, limit.Token));
            }
            catch (TimeoutException)
            {
                Console.WriteLine("too slow");
            }
        });
        #endregion
    }

    public static void QueueForPython()
    {
        #region a queue for Python
        var questions = new Queues.Queue<string>();
        var answers = new Queues.Queue<string>();

        var options = new ManagerServerOptions { Listener = new() { AllowLegacyPeers = true } };   // for Python up to 3.11
        using var server = new ManagerServer("letters", "a secret"u8, options);        // at a Unix socket in this folder
        server.Register("questions", () => questions);
        server.Register("answers", () => answers);
        server.Start();
        foreach (string question in questions.GetConsumingEnumerable())                // blocks until Python has put one
        {
            answers.Put($"{question} has {question.Length} letters");
        }
        #endregion
    }

    public static void WhoWaitsForWhom()
    {
        #region diagnostics
        DeadlockDetection.After = TimeSpan.FromSeconds(5);      // or BRAID_DEADLOCK=5s: a wait that nothing can end throws, and says why
        Console.WriteLine(WaitGraph.Capture());                 // every wait at this moment, its holder, and the cycles
        #endregion
    }
}
