// Compares, for random small programs, everything that the checker's search sees with everything that can happen.
//   dotnet run -c Release --project bench/versus/Soundness [-- --programs N] [--seed N] [--from N] [--schedules N] [--differences N] [--dpor] [--print]
// --print writes the programs down, each as one to run, and compares nothing.
using System.Diagnostics;
using Braid.Checking;
using Braid.Soundness;

int seed = Number("--seed", 1);
int from = Number("--from", 0);
int programs = Number("--programs", 10_000);
int most = Number("--differences", 10);
if (args.Contains("--print"))
{
    foreach (int number in Enumerable.Range(from, programs))
    {
        Console.WriteLine(SourceText.Alone(Generator.Make(seed, number)));
    }

    return 0;
}

var clock = Stopwatch.StartNew();
var series = new Series(seed, Number("--schedules", 4_000), args.Contains("--dpor") ? SearchStrategy.Dpor : SearchStrategy.Bounded);
int differences = 0;
foreach (Comparison comparison in series.Run(from, programs))
{
    Console.WriteLine(comparison);
    if (++differences == most)
    {
        break;
    }
}

Console.WriteLine($"Seed {seed}, programs {from:n0} to {from + programs - 1:n0}: {series.Compared:n0} compared, {series.TooLarge:n0} left out as too large, {series.Schedules:n0} schedules, {series.Reduced:n0} reduced, {series.Outcomes:n0} outcomes, {differences:n0} differences, {clock.Elapsed.TotalSeconds:n0} s.");
return differences == 0 ? 0 : 1;

int Number(string option, int standard) => args.SkipWhile(argument => argument != option).Skip(1).Select(int.Parse).FirstOrDefault(standard);
