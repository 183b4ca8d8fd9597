#:project ../../src/Braid/Braid.csproj

// What you learn: Submit returns a future at once: a promise of one result. It can be queried, waited for, awaited and cancelled,
// and if the call throws, the future keeps the exception until its result is requested.
var gate = new Threading.Event();
using var pool = new Futures.ThreadPoolExecutor(maxWorkers: 2);

Futures.Future<string> slow = pool.Submit(() => { gate.Wait(); return "slow"; });
Futures.Future<string> fast = pool.Submit(() => "fast");
Console.WriteLine($"fast: {fast.Result()}");                  // blocks until it is there
Console.WriteLine($"slow: is it done? {slow.Done}");

// As they come, not as they were submitted: the failing one does not wait for the slow one.
Futures.Future<string> failing = pool.Submit(() => $"{int.Parse("seven")}");
foreach (Futures.Future<string> future in Futures.Future.AsCompleted([slow, failing]))
{
    Console.WriteLine($"next: {future.Exception()?.Message ?? future.Result()}");
    gate.Set();                                               // only now can the slow one end
}

// Cancelling works while a call still waits for a thread. Here both threads are busy until the gate opens once more.
gate.Clear();
Futures.Future[] busy = [pool.Submit(() => gate.Wait()), pool.Submit(() => gate.Wait())];
Futures.Future<string> waiting = pool.Submit(() => "never called");
Console.WriteLine($"waiting: cancelled? {waiting.Cancel()}");
gate.Set();

Futures.Future.Wait(busy);
Console.WriteLine($"last: {await pool.Submit(() => "a future can be awaited too")}");
