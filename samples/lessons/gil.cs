#:project ../../src/Braid/Braid.csproj
using System.Diagnostics;
using Gil = Braid.Threading.GlobalInterpreterLock;

// What you learn: what threads are good for, what a global interpreter lock changes, and what processes are good for.
// Under that lock one thread at a time computes, as in CPython, but whoever waits gives it up. .NET has no such lock;
// here it is an object, so that it can be measured: one for all jobs, or one for each job, which keeps nobody out.
const int Jobs = 4;
int many = Math.Clamp(Environment.ProcessorCount, 2, Jobs);
using var oneThread = new Futures.ThreadPoolExecutor(maxWorkers: 1);
using var threads = new Futures.ThreadPoolExecutor(maxWorkers: many);
using var processes = new Futures.ProcessPoolExecutor(maxWorkers: many);

Console.WriteLine($"{Jobs} jobs on            computing   waiting   primes");
var one = Measure("one thread", oneThread, shared: null);
var free = Measure($"{many} threads", threads, shared: null);
var locked = Measure($"{many} threads, one GIL", threads, shared: new Gil());
var apart = Measure($"{many} processes", processes, shared: null);
Console.WriteLine($"Computing, as many times as fast as one thread: {many} threads {one.Computing / free.Computing:f1}, under one GIL {one.Computing / locked.Computing:f1}, {many} processes {one.Computing / apart.Computing:f1}");
Console.WriteLine($"Waiting,   as many times as fast as one thread: {many} threads {one.Waiting / free.Waiting:f1}, under one GIL {one.Waiting / locked.Waiting:f1}, {many} processes {one.Waiting / apart.Waiting:f1}");

static (double Computing, double Waiting) Measure(string name, Futures.Executor pool, Gil? shared)
{
    int primes = pool.Submit(() => CountPrimes(shared ?? new Gil())).Result();
    double computing = Enumerable.Range(0, 5).Min(_ => Seconds(pool, () => CountPrimes(shared ?? new Gil())));   // the best of five: the first ones are a warm-up
    double waiting = Seconds(pool, () => WaitForReply(shared ?? new Gil()));
    Console.WriteLine($"{name,-20} {computing,8:f2} s {waiting,7:f2} s {primes,8}");
    return (computing, waiting);
}

static double Seconds(Futures.Executor pool, Action job)
{
    long started = Stopwatch.GetTimestamp();
    Futures.Future.Wait(Enumerable.Range(0, Jobs).Select(_ => pool.Submit(job)));
    return Stopwatch.GetElapsedTime(started).TotalSeconds;
}

static int CountPrimes(Gil gil)
{
    using Threading.Scope scope = gil.EnterScope();
    return Enumerable.Range(2, 12_000).Count(number =>
    {
        gil.Checkpoint();                                // here another thread may get the lock, as in CPython between two bytecodes
        int divisor = 2;
        for (; number % divisor != 0; divisor++)         // slow on purpose: it is to keep a processor busy
        {
        }

        return divisor == number;
    });
}

static void WaitForReply(Gil gil)
{
    using Threading.Scope scope = gil.EnterScope();
    using Gil.ReleasedScope released = gil.Released();   // as CPython does around every call that waits, for instance over the network
    Thread.Sleep(TimeSpan.FromSeconds(0.1));
}
