#:project ../src/Braid/Braid.csproj

// A pool for a service that never stops: it takes no more work than it can hold, replaces a killed process at once,
// gives the calls of one customer less time than the others, and ends by itself when its time is up.
//   dotnet run samples/service_pool.cs

var options = new Futures.ProcessPoolOptions
{
    MaxWorkers = 2,
    Name = "resizer",                                                              // its processes show it in ps and top
    Environment = new Dictionary<string, string?> { ["RESIZER_MODE"] = "fast" },   // a spare process with the same settings waits
    MaxPending = 4,                                                                // more calls are refused, or wait, as the caller chooses
};
using var pool = new Futures.ProcessPoolExecutor(options);
string mode = pool.Submit(() => Environment.GetEnvironmentVariable("RESIZER_MODE")!).Result();
Console.WriteLine($"the workers are in mode {mode}");

// One call too long for its customer: its process is killed, and the spare takes its place.
Futures.Executor hasty = pool.WithTaskTimeout(TimeSpan.FromSeconds(0.3));
Exception? late = hasty.Submit(() => Thread.Sleep(Timeout.Infinite)).Exception();
Console.WriteLine($"a call of the hasty customer: {late!.GetType().Name}");

// More calls than fit: two run, four wait, and the next is refused.
using var mayEnd = new Multiprocessing.Event();
int taken = 0;
while (pool.TrySubmit(() => mayEnd.Wait(), out Futures.Future? _, TimeSpan.FromSeconds(taken < 6 ? 10 : 0.2)))
{
    taken++;
}

Console.WriteLine($"{taken} calls were taken, and the next was refused");
mayEnd.Set();

// At the end the calls have a second; calls that hang are killed then.
Futures.Future stuck = await pool.SubmitAsync(() => Thread.Sleep(Timeout.Infinite));
bool allEnded = pool.Shutdown(TimeSpan.FromSeconds(1));
Console.WriteLine($"all ended by themselves: {allEnded}; the stuck one: {stuck.Exception()!.GetType().Name}");
return mode == "fast" && late is Multiprocessing.TaskTimeoutException && taken == 6 && !allEnded
    && stuck.Exception() is Multiprocessing.WorkerCrashedException ? 0 : 1;
