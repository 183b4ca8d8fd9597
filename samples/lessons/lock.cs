#:project ../../src/Braid/Braid.csproj

// What you learn: a lock lets one thread at a time into a piece of code, and there are four ways to take it.
const int Rounds = 100;
int counter = 0;
var gate = new Threading.Lock();

// 1. using: the lock is released at the closing brace, even after an exception. Python: with lock:
var threads = Enumerable.Range(0, 4).Select(_ => new Threading.Thread(() =>
{
    for (int round = 0; round < Rounds; round++)
    {
        using (gate.EnterScope())
        {
            counter++;                         // read, add, write: no other thread intervenes
        }
    }
})).ToList();
threads.ForEach(thread => thread.Start());
Threading.Thread.JoinAll(threads);
Console.WriteLine($"four threads, each adding 1 {Rounds:n0} times: {counter:n0}");

// 2. Acquire and Release by hand: without the finally, the first exception locks every other thread out.
gate.Acquire();
try
{
    Console.WriteLine($"taken: is it locked? {gate.Locked}");

    // 3. TryAcquire does not wait, or only for a limited time. Here we ourselves hold it: it is not re-entrant (an RLock is).
    Console.WriteLine($"taken: can it be taken once more? {gate.TryAcquire()}");
    Console.WriteLine($"taken: and within a hundredth of a second? {gate.TryAcquire(TimeSpan.FromSeconds(0.01))}");
}
finally
{
    gate.Release();
}

// 4. The same lock can be awaited: no thread is blocked in the meantime.
using (await gate.EnterScopeAsync())
{
    Console.WriteLine($"awaited: is it locked? {gate.Locked}");
}

Console.WriteLine($"given back: is it locked? {gate.Locked}");
