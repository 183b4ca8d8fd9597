namespace Checker;

/// <summary>What is checked: small programs of two threads, without a fault unless their name says so.</summary>
internal static class Bodies
{
    /// <summary>Three async methods, each of which awaits two times and counts after each.</summary>
    public static void Awaits()
    {
        int count = 0;
        Task.WhenAll(CountAsync(), CountAsync(), CountAsync()).GetAwaiter().GetResult();
        if (count != 6)
        {
            throw new InvalidOperationException($"{count} counts in the place of 6.");
        }

        async Task CountAsync()
        {
            await Task.Yield();
            Interlocked.Increment(ref count);
            await Task.Yield();
            Interlocked.Increment(ref count);
        }
    }

    public const int Steps = 1_000;
    public const int Turns = 1_000;             // each is one step, and the switch to the thread that does it

    public static void CriticalSections() => CriticalSections(Run);

    public static void CriticalSectionsOfTasks() => CriticalSections(RunTasks);

    public static void CriticalSectionsAwaited() =>
        CriticalSections(static (first, second) => AwaitTasks(first, second).GetAwaiter().GetResult());

    public static void Increments() => Increments(Run);

    public static void IncrementsOfTasks() => Increments(RunTasks);

    public static void HandOver() => HandOver(Run);

    public static void HandOverOfTasks() => HandOver(RunTasks);

    private static void CriticalSections(Action<Action, Action> run)
    {
        object gate = new();
        int counter = 0;
        run(Work, Work);

        void Work()
        {
            for (int i = 0; i < 2; i++)
            {
                lock (gate)
                {
                    counter++;
                }
            }
        }
    }

    private static void Increments(Action<Action, Action> run)
    {
        int counter = 0;
        run(Work, Work);

        void Work()
        {
            for (int i = 0; i < 8; i++)
            {
                Interlocked.Increment(ref counter);
            }
        }
    }

    private static void HandOver(Action<Action, Action> run)
    {
        object gate = new();
        bool isThere = false;
        run(Take, Give);

        void Take()
        {
            lock (gate)
            {
                while (!isThere)
                {
                    Monitor.Wait(gate);
                }
            }
        }

        void Give()
        {
            lock (gate)
            {
                isThere = true;
                Monitor.Pulse(gate);
            }
        }
    }

    public static void PutAndGet()
    {
        var queue = new Queues.Queue<int>();
        Run(() => queue.Put(1), () => queue.Get());
    }

    public static void LostUpdate()
    {
        int counter = 0;
        Run(Work, Work);

        void Work() => counter++;
    }

    /// <summary>Both read before either has written.</summary>
    public static void LostAsyncUpdate()
    {
        int balance = 0;
        Task.WhenAll(Task.Run(DepositAsync), Task.Run(DepositAsync)).GetAwaiter().GetResult();
        if (balance != 2)
        {
            throw new InvalidOperationException($"The balance is {balance}.");
        }

        async Task DepositAsync()
        {
            int before = Volatile.Read(ref balance);
            await Task.Yield();
            Volatile.Write(ref balance, before + 1);
        }
    }

    /// <summary>Two readers of a channel are told of one item.</summary>
    public static void LostInChannel()
    {
        var channel = System.Threading.Channels.Channel.CreateBounded<int>(1);
        Task.WhenAll(Task.Run(ReadAsync), Task.Run(ReadAsync), Task.Run(WriteAsync)).GetAwaiter().GetResult();

        async Task WriteAsync()
        {
            await channel.Writer.WriteAsync(1);
            channel.Writer.Complete();
        }

        async Task ReadAsync()
        {
            if (await channel.Reader.WaitToReadAsync() && !channel.Reader.TryRead(out _))
            {
                throw new InvalidOperationException("An item was there.");
            }
        }
    }

    public static void WriteOnce() => Write(Steps);

    public static void WriteTwice() => Write(2 * Steps);

    public static void MonitorOnce() => PassByMonitor(Turns);

    public static void MonitorTwice() => PassByMonitor(2 * Turns);

    public static void SemaphoreOnce() => PassBySemaphore(Turns);

    public static void SemaphoreTwice() => PassBySemaphore(2 * Turns);

    /// <summary>One thread can do all of its steps in turn; the other is blocked.</summary>
    private static void Write(int steps)
    {
        int word = 0;
        var blocked = new SemaphoreSlim(0);
        Run(Work, blocked.Wait);

        void Work()
        {
            for (int i = 0; i < steps; i++)
            {
                Volatile.Write(ref word, i);
            }

            blocked.Release();
        }
    }

    private static void PassByMonitor(int turns)
    {
        object gate = new();
        int turn = 0;
        Run(() => Pass(0), () => Pass(1));

        void Pass(int mine)
        {
            lock (gate)
            {
                for (int i = 0; i < turns / 2; i++)
                {
                    while (turn != mine)
                    {
                        Monitor.Wait(gate);
                    }

                    turn = 1 - mine;
                    Monitor.Pulse(gate);
                }
            }
        }
    }

    private static void PassBySemaphore(int turns)
    {
        SemaphoreSlim[] free = [new(1), new(0)];
        Run(() => Pass(0), () => Pass(1));

        void Pass(int mine)
        {
            for (int i = 0; i < turns / 2; i++)
            {
                free[mine].Wait();
                free[1 - mine].Release();
            }
        }
    }

    private static void RunTasks(Action first, Action second) => Task.WaitAll(Task.Run(first), Task.Run(second));

    private static async Task AwaitTasks(Action first, Action second) => await Task.WhenAll(Task.Run(first), Task.Run(second));

    private static void Run(Action first, Action second)
    {
        var one = new Thread(() => first());
        var other = new Thread(() => second());
        one.Start();
        other.Start();
        one.Join();
        other.Join();
    }
}
