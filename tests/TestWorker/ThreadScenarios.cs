namespace TestWorker;

/// <summary>How programs with threads end. Each scenario is the whole of a program; its lines are what the tests look at.</summary>
internal static class ThreadScenarios
{
    public static int? Run(string scenario) => scenario switch
    {
        "main" => MainThread(),
        "non-daemon" => NonDaemon(),
        "daemon" => Daemon(),
        "inherited-daemon" => InheritedDaemon(),
        "thread-from-thread" => ThreadFromThread(),
        "unhandled" => Unhandled(),
        "at-exit" => AtExit(),
        "deadlock-option" => DeadlockOption(),
        "dump" => Dump(),
        _ => null,
    };

    private static int MainThread()
    {
        Threading.Thread current = Threading.Thread.Current;
        Console.WriteLine(ReferenceEquals(current, Threading.Thread.Main));
        Console.WriteLine($"{current.Name} {current.IsAlive} {current.Daemon} {current.Ident} {current.NativeId == Environment.ProcessId}");
        bool isSame = true;
        var thread = new Threading.Thread(() => isSame = ReferenceEquals(Threading.Thread.Current, Threading.Thread.Main));
        thread.Start();
        thread.Join();
        Console.WriteLine(isSame);
        return 0;
    }

    private static int DeadlockOption()
    {
        Console.WriteLine(Braid.Diagnostics.DeadlockDetection.After is { } after ? $"{after.TotalSeconds} s" : "off");
        return 0;
    }

    /// <summary>A thread waits, and every thread of the pool is taken; the signal comes now, and the program goes on.</summary>
    private static int Dump()
    {
        var mutex = new Threading.Lock();
        mutex.Acquire();
        var waiter = new Threading.Thread(() => mutex.Acquire(), "the-waiter", daemon: true);
        waiter.Start();
        ThreadPool.SetMaxThreads(Environment.ProcessorCount, Environment.ProcessorCount);
        var never = new Threading.Event();
        for (int i = 0; i < 10 * Environment.ProcessorCount; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static never => never.Wait(), never, preferLocal: false);
        }

        while (Braid.Diagnostics.WaitGraph.Capture().Waits.Count(static wait => wait.ThreadId is not null) <= Environment.ProcessorCount)
        {
            Thread.Sleep(1);
        }

        Console.WriteLine("ready");
        Console.WriteLine($"goes on: {Console.ReadLine()}");
        Environment.Exit(0);
        return 0;
    }

    private static int NonDaemon()
    {
        new Threading.Thread(() => Console.WriteLine($"thread read {Console.ReadLine()}")).Start();
        Console.WriteLine("main ends");
        return 3;
    }

    private static int Daemon()
    {
        var never = new Threading.Event();
        var running = new Threading.Event();
        var thread = new Threading.Thread(
            () =>
            {
                try
                {
                    running.Set();
                    never.Wait();
                }
                finally
                {
                    Console.WriteLine("daemon ends");
                }
            },
            daemon: true);
        thread.Start();
        running.Wait();
        Console.WriteLine("main ends");
        return 4;
    }

    private static int InheritedDaemon()
    {
        var never = new Threading.Event();
        var running = new Threading.Event();
        var child = new Threading.Thread(
            () =>
            {
                new Threading.Thread(() =>
                {
                    running.Set();
                    never.Wait();
                }).Start();
            },
            daemon: true);
        child.Start();
        running.Wait();
        Console.WriteLine("main ends");
        return 0;
    }

    private static int ThreadFromThread()
    {
        new Threading.Thread(() =>
        {
            Console.WriteLine($"first read {Console.ReadLine()}");
            new Threading.Thread(() => Console.WriteLine($"second read {Console.ReadLine()}")).Start();
        }).Start();
        Console.WriteLine("main ends");
        return 0;
    }

    private static int Unhandled()
    {
        var thread = new Threading.Thread(static () => throw new InvalidOperationException("on purpose"), "failing");
        thread.Start();
        thread.Join();
        Console.WriteLine($"main goes on after {thread.Exception!.Message}");
        return 0;
    }

    private static int AtExit()
    {
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => Console.WriteLine($"at exit {Threading.Thread.Main.Name}");
        new Threading.Thread(() => Console.WriteLine($"thread read {Console.ReadLine()}")).Start();
        Console.WriteLine("main ends");
        return 0;
    }
}
