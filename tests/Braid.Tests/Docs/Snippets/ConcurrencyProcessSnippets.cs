namespace Braid.Tests;

/// <summary>The blocks of docs/concurrency.md on processes and the event loop.</summary>
internal static class ConcurrencyProcessSnippets
{
    [Prints("1", "2")]
    public static void CopyAndSharedValue()
    {
        #region copy and shared value
        int copied = 1;
        using var shared = new Multiprocessing.Value<int>(1);

        var child = Multiprocessing.Process.Start(() =>
        {
            copied = 2;                        // the child's own copy
            shared.Value = 2;                  // memory that both have
        });
        child.Join();

        Console.WriteLine(copied);             // 1
        Console.WriteLine(shared.Value);       // 2
        #endregion
    }

    [Prints("killed, and we go on")]
    public static void CallThatIsKilled()
    {
        #region call that is killed
        try
        {
            Multiprocessing.Process.Run(HangForEver, timeout: TimeSpan.FromSeconds(0.5));
        }
        catch (Multiprocessing.TaskTimeoutException)
        {
            Console.WriteLine("killed, and we go on");
        }

        static int HangForEver()
        {
            while (true)
            {
            }
        }
        #endregion
    }

    [Prints("a 1", "b 1", "a 2", "b 2", "one thread: True")]
    public static void TwoTasksTakeTurns()
    {
        #region two tasks take turns
        var threads = new HashSet<int>();

        async Task Count(string name)
        {
            for (int n = 1; n <= 2; n++)
            {
                Console.WriteLine($"{name} {n}");
                threads.Add(Environment.CurrentManagedThreadId);
                await Task.Yield();            // here, and only here, the other one may run
            }
        }

        AsyncIO.EventLoop.Run(async () =>
            await new AsyncIO.TaskGroup().RunAsync(group =>
            {
                group.CreateTask(token => Count("a"));    // the group waits for them, so we need not
                group.CreateTask(token => Count("b"));
            }));
        Console.WriteLine($"one thread: {threads.Count == 1}");
        #endregion
    }

    [Prints("got 1", "got 2", "got 3", "not all in time", AnyOrder = true)]
    public static void GroupInATimeout()
    {
        #region group in a timeout
        var twoAtATime = new Threading.Semaphore(2);

        async Task Download(int number, CancellationToken token)
        {
            using (await twoAtATime.EnterScopeAsync(token))
            {
                await Task.Delay(TimeSpan.FromSeconds(number < 4 ? 0.01 * number : 3600), token);   // the fourth takes forever
                Console.WriteLine($"got {number}");
            }
        }

        AsyncIO.EventLoop.Run(async () =>
        {
            try
            {
                await new AsyncIO.Timeout(TimeSpan.FromSeconds(3)).RunAsync(timeout =>
                    new AsyncIO.TaskGroup().RunAsync(group =>                       // the timeout cancels the group inside it
                    {
                        for (int i = 1; i <= 4; i++)
                        {
                            int number = i;
                            group.CreateTask(token => Download(number, token));
                        }
                    }));
            }
            catch (TimeoutException)
            {
                Console.WriteLine("not all in time");
            }
        });
        #endregion
    }

    [Prints("too late", "42")]
    public static void TimeoutOfAnAwait()
    {
        #region timeout of an await
        AsyncIO.EventLoop.Run(async () =>
        {
            try
            {
                await new AsyncIO.Timeout(TimeSpan.FromSeconds(0.1)).RunAsync(async timeout =>
                    await Task.Delay(TimeSpan.FromHours(1), timeout.Token));
            }
            catch (TimeoutException)
            {
                Console.WriteLine("too late");
            }

            Console.WriteLine(await AsyncIO.EventLoop.Running.RunInExecutor(() => 6 * 7));    // what blocks goes to a thread
        });
        #endregion
    }
}
