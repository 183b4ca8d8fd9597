#:project ../../src/Braid/Braid.csproj
using Braid.Diagnostics;

// What you learn: the commonest hang with queues. Join waits until every item was taken and done; here each of three workers takes
// one item and ends, so seventeen of twenty remain, and no thread is left to take them. This happens on every run: no timing is involved.
//
// The wait is on a separate thread, so that main can inspect it after a while and say who waits for what. In a program
// that hangs, do the same: WaitGraph.Capture() shows all waits, and TryJoin waits only for a limited time.
Show("each worker takes one item", patience: TimeSpan.FromSeconds(1), worker: Take);
Show("each worker takes items forever", patience: TimeSpan.FromSeconds(20), worker: queue =>
{
    while (true)
    {
        Take(queue);
    }
});

static void Take(Queues.Queue<int> queue)
{
    int item = queue.Get();
    _ = item * item;                           // the work
    queue.TaskDone();
}

static void Show(string title, TimeSpan patience, Action<Queues.Queue<int>> worker)
{
    Console.WriteLine($"{title}:");
    var queue = new Queues.Queue<int>();
    foreach (int item in Enumerable.Range(1, 20))
    {
        queue.Put(item);
    }

    var workers = Enumerable.Range(1, 3)
        .Select(number => new Threading.Thread(() => worker(queue), name: $"Worker-{number}", daemon: true))
        .ToList();
    workers.ForEach(thread => thread.Start());
    var joining = new Threading.Thread(() => queue.Join(), name: "the join", daemon: true);
    joining.Start();

    if (joining.TryJoin(patience))
    {
        Console.WriteLine($"    the join has ended: {queue.UnfinishedTasks} items are not done");
        return;
    }

    Console.WriteLine(
        $"    the join still waits after {patience.TotalSeconds} s: {queue.UnfinishedTasks} items are not done, " +
        $"and {workers.Count(thread => thread.IsAlive)} workers are alive");
    Console.WriteLine($"    {WaitGraph.Capture()}");
}
