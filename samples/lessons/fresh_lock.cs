#:project ../../src/Braid/Braid.csproj

// What you learn: a lock protects only if all threads use the same one. A lock that is created inside the function is a new lock
// in each call: every thread has its own, opens it, and walks in. It looks like a lock but is none.
//
// Without help two threads would seldom be inside at the same moment. Here the thread inside waits a while for the other,
// so that they meet on every run, if the lock lets them.
int inside = 0;
var gate = new Threading.Lock();
var twoAreInside = new Threading.Event();

Console.WriteLine($"a new lock in each call: {RunTwo(WithFreshLock, patience: TimeSpan.FromSeconds(20))}");
Console.WriteLine($"one lock for all calls:  {RunTwo(WithOneLock, patience: TimeSpan.FromSeconds(0.1))}");

void WithFreshLock(TimeSpan patience)
{
    using (new Threading.Lock().EnterScope())  // wrong: no other thread knows this lock
    {
        WaitInside(patience);
    }
}

void WithOneLock(TimeSpan patience)
{
    using (gate.EnterScope())                  // right: created once, outside
    {
        WaitInside(patience);
    }
}

void WaitInside(TimeSpan patience)
{
    if (Interlocked.Increment(ref inside) == 2)
    {
        twoAreInside.Set();
    }

    twoAreInside.TryWait(patience);            // ends at once when the second enters, otherwise when the time is up
    Interlocked.Decrement(ref inside);
}

string RunTwo(Action<TimeSpan> work, TimeSpan patience)
{
    twoAreInside.Clear();
    var first = new Threading.Thread(() => work(patience));
    var second = new Threading.Thread(() => work(patience));
    first.Start();
    second.Start();
    Threading.Thread.JoinAll(first, second);
    return twoAreInside.IsSet ? "both threads were inside at once" : "one thread at a time";
}
