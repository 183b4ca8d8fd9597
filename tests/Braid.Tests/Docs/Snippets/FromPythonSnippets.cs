namespace Braid.Tests;

/// <summary>The blocks of docs/from-python.md on threads, queues and pools.</summary>
internal static class FromPythonSnippets
{
    [Prints("6")]
    public static void FourThreadsAdd()
    {
        #region four threads add
        int total = 0;
        var mutex = new Threading.Lock();

        void Add(int n)
        {
            using (mutex.EnterScope())
            {
                total += n;
            }
        }

        var threads = Enumerable.Range(0, 4)
            .Select(n => new Threading.Thread(() => Add(n))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Console.WriteLine(total);
        #endregion
    }

    public static void TwoWorkersOfAQueue()
    {
        #region two workers of a queue
        var jobs = new Queues.Queue<int>(maxsize: 10);

        void Work()
        {
            while (true)
            {
                int job = jobs.Get();
                Console.WriteLine(job * job);
                jobs.TaskDone();
            }
        }

        for (int i = 0; i < 2; i++)
        {
            new Threading.Thread(Work, daemon: true).Start();
        }

        for (int n = 0; n < 20; n++)
        {
            jobs.Put(n);
        }

        jobs.Join();
        #endregion
    }

    [Prints("0", "1", "4", "9", "16", "0", "1", "4", "9", "16", AnyOrder = true)]
    public static void PoolOfFour()
    {
        #region pool of four
        static int Square(int n) => n * n;

        using var pool = new Futures.ThreadPoolExecutor(maxWorkers: 4);
        foreach (int result in pool.Map(Square, Enumerable.Range(0, 5)))
        {
            Console.WriteLine(result);
        }

        var futures = Enumerable.Range(0, 5).Select(n => pool.Submit(() => Square(n))).ToList();
        foreach (var future in Futures.Future.AsCompleted(futures, timeout: TimeSpan.FromSeconds(30)))
        {
            Console.WriteLine(future.Result());
        }
        #endregion
    }

    [Prints("countdown: 3", "countdown: 2", "countdown: 1")]
    public static void SubclassOfThread()
    {
        #region countdown
        var countdown = new Countdown(3);
        countdown.Start();
        countdown.Join();
        #endregion
    }

    [Prints("first")]
    public static void PriorityOfTuples()
    {
        #region priority of tuples
        var byPriority = Comparer<(int Priority, Action Job)>.Create((a, b) => a.Priority.CompareTo(b.Priority));
        var jobs = new Queues.PriorityQueue<(int Priority, Action Job)>(comparer: byPriority);
        jobs.Put((2, () => Console.WriteLine("later")));
        jobs.Put((1, () => Console.WriteLine("first")));
        jobs.Get().Job();
        #endregion
    }

    public static void CtrlC()
    {
        #region ctrl-c
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };

        var jobs = new Queues.Queue<string>();
        try
        {
            while (true)
            {
                Console.WriteLine(jobs.Get(stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("stopped");
        }
        #endregion
    }
}
