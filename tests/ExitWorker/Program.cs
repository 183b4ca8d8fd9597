// A program that ends while a thread pool executor has work; the tests start it with the name of a way to end.

var ending = new Threading.Event();
AppDomain.CurrentDomain.ProcessExit += (_, _) => ending.Set();   // before the first executor is made, which waits for its workers at this event
var executor = new Futures.ThreadPoolExecutor(2);
switch (args[0])
{
    case "return":
        SubmitWork();
        break;
    case "shutdown-without-waiting":
        SubmitWork();
        executor.Shutdown(wait: false);
        break;
    case "exit-in-main":
        SubmitWork();
        Environment.Exit(7);
        break;
    case "exit-in-a-call":
        _ = executor.Submit(() =>
        {
            SubmitWork();
            Environment.Exit(7);
        });
        new Threading.Event().Wait();
        break;
    case "submit-while-ending":
        _ = executor.Submit(SubmitUntilRefused);
        break;
    case "failing-call":
        _ = executor.Submit(void () => throw new ArithmeticException());
        SubmitWork();
        break;
    case "daemon-return":
        SubmitDaemonWork();
        break;
    case "daemon-exit":
        SubmitDaemonWork();
        Environment.Exit(7);
        break;
    case "unkept":
        Console.WriteLine($"{CountUnkept(500)} done");
        break;
    case "idle":
        executor.Submit(() => Console.WriteLine("work")).Result();
        break;
}

// More calls than workers, none of which ends before the program does.
void SubmitWork()
{
    for (int i = 0; i < 6; i++)
    {
        executor.Submit(() =>
        {
            ending.Wait();
            Console.WriteLine("work");
        });
    }
}

void SubmitUntilRefused()
{
    try
    {
        ending.Wait();
        while (true)
        {
            executor.Submit(() => { }).Result();
        }
    }
    catch (InvalidOperationException exception)
    {
        Console.WriteLine(exception.Message);
    }
}

// More calls than workers, of which those that begin never end.
void SubmitDaemonWork()
{
    var daemon = new Futures.ThreadPoolExecutor(new Futures.ThreadPoolOptions { MaxWorkers = 1, Daemon = true });
    var began = new Threading.Event();
    for (int i = 0; i < 6; i++)
    {
        daemon.Submit(() =>
        {
            Console.WriteLine("began");
            began.Set();
            new Threading.Event().Wait();
        });
    }

    began.Wait();
}

// Calls of executors that nothing refers to, beside a thread that collects all the time.
static int CountUnkept(int count)
{
    bool stops = false;
    var collector = new Threading.Thread(() =>
    {
        while (!Volatile.Read(ref stops))
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    });
    collector.Start();
    int done = 0;
    for (int i = 0; i < count; i++)
    {
        try
        {
            done += SubmitOnly() == 42 ? 1 : 0;
        }
        catch (InvalidOperationException exception)
        {
            Console.WriteLine(exception.Message);
        }
    }

    Volatile.Write(ref stops, true);
    collector.Join();
    return done;

    static int SubmitOnly() => new Futures.ThreadPoolExecutor(1).Submit(() => 42).Result();
}
