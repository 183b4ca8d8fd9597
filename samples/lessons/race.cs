#:project ../../src/Braid/Braid.csproj

// What you learn: two threads that read a value, compute, and write it back can lose an update: the sum is 1 instead of 2.
//
// Usually that is rare: one thread must be stopped between its read and its write while the other runs.
// Here both meet at a barrier at exactly that place, so it happens on every run. The barrier adds no bug: it only holds
// the door open. With the lock no thread can intervene, so there is no other to meet, and no barrier either.
int value = 0;
var gate = new Threading.Lock();
var bothHaveRead = new Threading.Barrier(2);

Console.WriteLine($"without a lock: 1 + 1 = {RunTwice(AddOne)}");
Console.WriteLine($"with a lock:    1 + 1 = {RunTwice(AddOneWithLock)}");

void AddOne()
{
    int copy = value;             // read
    bothHaveRead.Wait();
    copy = copy + 1;              // compute
    value = copy;                 // write back: what the other thread has just written is lost
}

void AddOneWithLock()
{
    using (gate.EnterScope())     // the second thread waits here until the first has written
    {
        int copy = value;
        copy = copy + 1;
        value = copy;
    }
}

int RunTwice(Action work)
{
    value = 0;
    var first = new Threading.Thread(work);
    var second = new Threading.Thread(work);
    first.Start();
    second.Start();
    first.Join();
    second.Join();
    return value;
}
