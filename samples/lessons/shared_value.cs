#:project ../../src/Braid/Braid.csproj

// What you learn: a Value and an Array are memory that all processes share. They lose updates as threads do, and the lock that
// each of them has prevents that.
//
// Four processes add 1 to the value and to both cells of the array. Without the lock they meet at a barrier between reading
// and writing, so that on every run all four read before any writes: the same bug as in race.cs, only never by luck.
using var total = new Multiprocessing.Value<int>(0);
using var cells = new Multiprocessing.Array<int>(2);
using var allHaveRead = new Multiprocessing.Barrier(4);

RunFour(AddOne);
Console.WriteLine($"without the lock: {total.Value}, {string.Join(", ", cells)}");
RunFour(AddOneWithLock);
Console.WriteLine($"with the lock:    {total.Value}, {string.Join(", ", cells)}");

void AddOne()
{
    (int copy, int first, int second) = (total.Value, cells[0], cells[1]);   // read
    allHaveRead.Wait();
    (total.Value, cells[0], cells[1]) = (copy + 1, first + 1, second + 1);   // write back: three of four updates are lost
}

void AddOneWithLock()
{
    using (total.EnterScope())                 // the others wait here, in their processes
    {
        total.Value++;
    }

    using (cells.EnterScope())
    {
        cells[0]++;
        cells[1]++;
    }
}

void RunFour(Action work)
{
    (total.Value, cells[0], cells[1]) = (0, 0, 0);
    var processes = Enumerable.Range(0, 4).Select(_ => Multiprocessing.Process.Start(work)).ToList();
    processes.ForEach(process => process.Join());
}
