#:project ../../src/Braid/Braid.csproj

// What you learn: a thread has a name, and code can ask on which thread it runs. One function serves two threads here,
// one that counts up and one that counts down; how their lines mix differs from run to run.
Console.WriteLine("main: starts");
var up = new Threading.Thread(() => Count(from: 1, step: +1), name: "up");
var down = new Threading.Thread(() => Count(from: 5, step: -1), name: "down");
up.Start();
down.Start();
Threading.Thread.JoinAll(up, down);
Console.WriteLine("main: both have counted");

static void Count(int from, int step)
{
    string name = Threading.Thread.Current.Name;
    for (int number = from; number is >= 1 and <= 5; number += step)
    {
        Console.WriteLine($"{name}: {number}");
        Thread.Sleep(TimeSpan.FromSeconds(0.02));
    }
}
