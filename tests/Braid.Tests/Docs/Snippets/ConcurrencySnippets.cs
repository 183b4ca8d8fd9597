namespace Braid.Tests;

/// <summary>The blocks of docs/concurrency.md on threads and what they share.</summary>
internal static class ConcurrencySnippets
{
    [Prints("the soup is ready", "now we eat")]
    public static void StartAndJoin()
    {
        #region start and join
        var cook = new Threading.Thread(() => Console.WriteLine("the soup is ready"));
        cook.Start();                          // from here on both run
        cook.Join();                           // wait until the cook has ended
        Console.WriteLine("now we eat");
        #endregion
    }

    [Prints("1", "2")]
    public static void LostUpdateAndTheLock()
    {
        #region lost update
        int balance = 0;
        var bothHaveRead = new Threading.Barrier(2);

        void Deposit()
        {
            int seen = balance;                // read: both see 0
            bothHaveRead.Wait();               // wait until both have read
            balance = seen + 1;                // write: both write 1
        }

        var threads = new List<Threading.Thread> { new(Deposit), new(Deposit) };
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Console.WriteLine(balance);            // 1, and one deposit is gone
        #endregion

        balance = 0;
        #region lock around it
        var mutex = new Threading.Lock();

        void DepositSafely()
        {
            using (mutex.EnterScope())         // one at a time from here ...
            {
                int seen = balance;
                balance = seen + 1;
            }                                  // ... to here
        }
        #endregion

        threads = [new(DepositSafely), new(DepositSafely)];
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Console.WriteLine(balance);
    }

    [Prints("30 and 70")]
    public static void TwoLocksInOrder()
    {
        #region two locks in order
        var accounts = new[] { new Account(50), new Account(50) };

        void Transfer(int from, int to, int amount)
        {
            using (accounts[Math.Min(from, to)].Mutex.EnterScope())      // always the lower number first
            using (accounts[Math.Max(from, to)].Mutex.EnterScope())
            {
                accounts[from].Balance -= amount;
                accounts[to].Balance += amount;
            }
        }

        var there = new Threading.Thread(() => Transfer(0, 1, 30));
        var back = new Threading.Thread(() => Transfer(1, 0, 10));
        there.Start();
        back.Start();
        there.Join();
        back.Join();
        Console.WriteLine($"{accounts[0].Balance} and {accounts[1].Balance}");
        #endregion
    }

    [Prints("ready, set", "go")]
    public static void EventTellsThemToGo()
    {
        #region event
        var started = new Threading.Event();
        var runner = new Threading.Thread(() =>
        {
            started.Wait();                    // sleeps until another thread sets the event
            Console.WriteLine("go");
        });
        runner.Start();
        Console.WriteLine("ready, set");
        started.Set();
        runner.Join();
        #endregion
    }

    [Prints("three plates are clean")]
    public static void ConditionOfPlates()
    {
        #region condition
        int plates = 0;
        var changed = new Threading.Condition();

        var washer = new Threading.Thread(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                using (changed.EnterScope())
                {
                    plates++;
                    changed.Notify();          // a waiter may check again
                }
            }
        });
        washer.Start();

        using (changed.EnterScope())
        {
            changed.WaitFor(() => plates == 3);    // gives the lock up while it sleeps, and has it again when it goes on
            Console.WriteLine("three plates are clean");
        }

        washer.Join();
        #endregion
    }

    [Prints("sum of lengths: 13")]
    public static void QueueBetweenTwo()
    {
        #region queue between two
        var words = new Queues.Queue<string>(maxsize: 2);

        var reader = new Threading.Thread(() =>
        {
            foreach (string word in new[] { "wait", "less", "think" })
            {
                words.Put(word);               // waits while two are in the queue
            }

            words.Shutdown();                  // nothing more comes
        });
        reader.Start();

        int sum = 0;
        foreach (string word in words.GetConsumingEnumerable())    // waits for the next; ends at the shutdown
        {
            sum += word.Length;
        }

        Console.WriteLine($"sum of lengths: {sum}");
        reader.Join();
        #endregion
    }

    [Prints("1", "4", "9")]
    public static void PoolOfThreads()
    {
        #region pool of threads
        using var pool = new Futures.ThreadPoolExecutor(maxWorkers: 2);
        var squares = Enumerable.Range(1, 3).Select(n => pool.Submit(() => n * n)).ToList();
        foreach (var square in squares)
        {
            Console.WriteLine(square.Result());    // waits until it is there
        }
        #endregion
    }

    [Prints("1")]
    public static void LostUpdateUnderTheInterpreterLock()
    {
        #region lost update under the gil
        var gil = new Threading.GlobalInterpreterLock();
        var bothHaveRead = new Threading.Barrier(2);
        int balance = 0;

        void Deposit()
        {
            using (gil.EnterScope())           // one thread at a time, as in CPython
            {
                int seen = balance;
                using (gil.Released())         // but not while it prints, reads a file, or waits
                {
                    bothHaveRead.Wait();
                }

                balance = seen + 1;
            }
        }

        var threads = new List<Threading.Thread> { new(Deposit), new(Deposit) };
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Console.WriteLine(balance);            // 1 again
        #endregion
    }
}
