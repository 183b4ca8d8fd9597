#:project ../../src/Braid/Braid.csproj

// What you learn: ten workers share twenty items. Each takes the next one whenever it is free, and calls TaskDone when it is done
// with it; Join waits until that was called for every item. The workers wait for more forever: as daemons, they end with the program.
var items = new Queues.Queue<int>();

Console.WriteLine("main: starts ten workers and puts twenty items");
foreach (int number in Enumerable.Range(1, 10))
{
    new Threading.Thread(Work, name: $"Worker-{number}", daemon: true).Start();
}

foreach (int item in Enumerable.Range(1, 20))
{
    items.Put(item);
}

items.Join();
Console.WriteLine($"main: all is done, {items.UnfinishedTasks} items are left");

void Work()
{
    while (true)
    {
        int item = items.Get();                // waits while there is nothing to do
        Thread.Sleep(TimeSpan.FromSeconds(0.02));
        Console.WriteLine($"item {item}: done by {Threading.Thread.Current.Name}");
        items.TaskDone();
    }
}
