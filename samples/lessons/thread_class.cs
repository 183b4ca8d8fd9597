#:project ../../src/Braid/Braid.csproj

// What you learn: a thread can be a class of your own. Its work is in Run, its input and its result are in its members.
var small = new Summing(1, 100);
var large = new Summing(1, 1_000_000);
small.Start();
large.Start();

small.Join();                                  // before the join, Sum may not be finished
large.Join();
Console.WriteLine($"{small.Name}: {small.Sum:n0}");
Console.WriteLine($"{large.Name}: {large.Sum:n0}");

internal sealed class Summing(int from, int to) : Threading.Thread(name: $"sum of {from:n0} to {to:n0}")
{
    public long Sum { get; private set; }

    protected override void Run()
    {
        for (int number = from; number <= to; number++)
        {
            Sum += number;
        }
    }
}
