#:project ../../src/Braid/Braid.csproj

// What you learn: Start lets a thread run beside the others, and Join waits until it has ended.
Console.WriteLine("main: starts two threads");
var fast = new Threading.Thread(() => CountToThree("fast", delay: TimeSpan.FromSeconds(0.05)));
var slow = new Threading.Thread(() => CountToThree("slow", delay: TimeSpan.FromSeconds(0.1)));
fast.Start();
slow.Start();

Console.WriteLine("main: goes on at once, and could do something else");
fast.Join();
slow.Join();
Console.WriteLine("main: both have ended");   // always the last line: without the two joins it would be one of the first

static void CountToThree(string name, TimeSpan delay)
{
    for (int number = 1; number <= 3; number++)
    {
        Thread.Sleep(delay);                   // the thread "works"; meanwhile the others run
        Console.WriteLine($"{name}: {number}");
    }
}
