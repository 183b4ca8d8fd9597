#:project ../../src/Braid/Braid.csproj

// What you learn: one thread adds 1 a million times, one subtracts 1 a million times, and the sum is not 0.
// `value++` is three steps: read, add, write. A thread that is stopped between them writes back what was true before it stopped.
// Usually that happens a few times, at unpredictable places, and each run has a different sum. Here it happens once, at the
// worst place, on every run: the adding thread stops inside its first step until the other has done all its work.
const int Million = 1_000_000;
int value = 0;
var gate = new Threading.Lock();
var adderHasStopped = new Threading.Event();
var subtracterIsDone = new Threading.Event();

Console.WriteLine($"without a lock: {Run(Add, Subtract):n0}");
Console.WriteLine($"with a lock:    {Run(AddWithLock, SubtractWithLock):n0}");

void Add()
{
    int copy = value;                          // the first value++ in its steps: read,
    StopHere();
    value = copy + 1;                          // add and write, over the result of a million subtractions
    Repeat(Million - 1, () => value++);
}

void Subtract() => Repeat(Million, () => value--);

void AddWithLock()
{
    StopHere();                                // outside the lock: inside, the other would wait for us, and we for the other
    Repeat(Million, () => { using (gate.EnterScope()) { value++; } });
}

void SubtractWithLock() => Repeat(Million, () => { using (gate.EnterScope()) { value--; } });

void StopHere()
{
    adderHasStopped.Set();
    subtracterIsDone.Wait();
}

int Run(Action add, Action subtract)
{
    value = 0;
    adderHasStopped.Clear();
    subtracterIsDone.Clear();
    var adder = new Threading.Thread(add);
    adder.Start();
    adderHasStopped.Wait();
    subtract();                                // here, in the main thread
    subtracterIsDone.Set();
    adder.Join();
    return value;
}

static void Repeat(int times, Action step)
{
    for (; times > 0; times--)
    {
        step();
    }
}
