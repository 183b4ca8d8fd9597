#:project ../../src/Braid/Braid.csproj

// What you learn: a process for each core, started and joined like a thread. Each has its own memory: what it changes stays there,
// so what should come back must be sent or shared (see shared_value.cs). A process that crashes affects no other.
int counter = 0;
int cores = Math.Max(2, Multiprocessing.Process.CpuCount);

Console.WriteLine($"main: starts {cores} processes");
var processes = Enumerable.Range(1, cores).Select(number => new Multiprocessing.Process(Count, name: $"Process-{number}")).ToList();
processes.ForEach(process => process.Start());
processes.ForEach(process => process.Join());
Console.WriteLine($"main: all have ended; exit code 0 in every one? {processes.All(process => process.ExitCode == 0)}");
Console.WriteLine($"main: the counter here is still {counter}");

void Count()
{
    for (int number = 0; number < 10_000_000; number++)
    {
        counter++;                             // the process's own copy
    }

    Console.WriteLine($"{Multiprocessing.Process.Current.Name}: counted to {counter:n0}");
}
