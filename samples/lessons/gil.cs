#:project ../../src/Braid/Braid.csproj
using System.Diagnostics;
using Gil = Braid.Threading.GlobalInterpreterLock;

// What you learn: what threads are good for, what a global interpreter lock changes, and what processes are good for.
// Under that lock one thread at a time computes, as in CPython, but a waiting thread releases it. .NET has no such lock;
// here it is an object, so that it can be measured: one for all jobs, or one for each job, which excludes no other.
const int Jobs = 4;
int many = Math.Clamp(Environment.ProcessorCount, 2, Jobs);
using var oneThread = new Futures.ThreadPoolExecutor(maxWorkers: 1);
using var threads = new Futures.ThreadPoolExecutor(maxWorkers: many);
using var processes = new Futures.ProcessPoolExecutor(maxWorkers: many);
var rows = new (string Name, Futures.Executor Pool, Gil? Shared)[]
{
    ("one thread", oneThread, null),
    ($"{many} threads", threads, null),
    ($"{many} threads, one GIL", threads, new Gil()),
    ($"{many} processes", processes, null),
};

// Five rounds in turn, of which the best counts: the first are a warm-up, and other programs on the machine only make it slower.
var rounds = Enumerable.Range(0, 5).Select(_ => rows.Select(row => Measure(row.Pool, row.Shared)).ToList()).ToList();
var best = rows
    .Select((_, row) => (Computing: rounds.Min(round => round[row].Computing), Waiting: rounds.Min(round => round[row].Waiting)))
    .ToList();
Console.WriteLine($"{Jobs} jobs on            computing   speed-up    waiting   speed-up   primes");
for (int row = 0; row < rows.Length; row++)
{
    Console.WriteLine(
        $"{rows[row].Name,-20} {best[row].Computing,8:f3} s {best[0].Computing / best[row].Computing,8:f1} x " +
        $"{best[row].Waiting,8:f3} s {best[0].Waiting / best[row].Waiting,8:f1} x {rounds[0][row].Primes,8}");
}

Console.WriteLine("Only the holder of a GIL computes: threads that share one take turns, while each process has its own.");
Console.WriteLine("No thread holds it while waiting: for waiting, threads are as good with it as without.");

static (double Computing, double Waiting, int Primes) Measure(Futures.Executor pool, Gil? shared)
{
    long started = Stopwatch.GetTimestamp();
    var computing = Enumerable.Range(0, Jobs).Select(_ => pool.Submit(() => CountPrimes(shared ?? new Gil()))).ToList();
    int primes = computing.Max(call => call.Result());
    double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
    started = Stopwatch.GetTimestamp();
    Futures.Future.Wait(Enumerable.Range(0, Jobs).Select(_ => pool.Submit(() => WaitForReply(shared ?? new Gil()))));
    return (seconds, Stopwatch.GetElapsedTime(started).TotalSeconds, primes);
}

static int CountPrimes(Gil gil)
{
    using Threading.Scope scope = gil.EnterScope();
    return Enumerable.Range(2, 12_000).Count(number =>
    {
        gil.Checkpoint();                                // here another thread may get the lock, as in CPython between two bytecodes
        return Enumerable.Range(2, number - 1).First(divisor => number % divisor == 0) == number;   // slow on purpose
    });
}

static void WaitForReply(Gil gil)
{
    using Threading.Scope scope = gil.EnterScope();
    using Gil.ReleasedScope released = gil.Released();   // as CPython does around every call that waits, for instance over the network
    Thread.Sleep(TimeSpan.FromSeconds(0.05));
}
