#:project ../../src/Braid/Braid.csproj

// What you learn: Enumerate lists all live threads, so all can be joined although no reference was kept.
// Only a thread cannot wait for itself: the main one must be left out.
Console.WriteLine("main: starts five threads and keeps none of them");
foreach (int number in Enumerable.Range(1, 5))
{
    new Threading.Thread(() => Work(number), name: $"Worker-{number}").Start();
}

foreach (Threading.Thread thread in Threading.Thread.Enumerate())
{
    if (thread != Threading.Thread.Main)
    {
        thread.Join();
    }
}

Console.WriteLine($"main: alive are now {string.Join(", ", Threading.Thread.Enumerate().Select(thread => thread.Name))}");

static void Work(int number)
{
    Thread.Sleep(TimeSpan.FromSeconds(0.02 * number));
    Console.WriteLine($"{Threading.Thread.Current.Name}: done");
}
