// Measures how many schedules a second the checker runs, what a step costs, whether its memory stays as it is, and whether replays are
// exact.
//   dotnet run -c Release --project bench/versus/Checker [-- --rounds N] [--schedules N] [--workers N] [--million] [--replays] [--same]
// --same runs the bodies that bench/versus/coyote.sh has, once each.
using System.Globalization;
using Checker;
using Versus;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int rounds = Number("--rounds", 5);
int schedules = Number("--schedules", 100_000);
Measurements.Workers = Number("--workers", 1);
if (args.Contains("--same"))
{
    foreach ((string name, double rate) in Measurements.SameAsCoyote(schedules))
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"braid\t{name}\t{rate:f0}"));
    }

    return 0;
}

bool isFlat = args.Contains("--replays") || Measure();
bool replays = true;
foreach (Action body in Replays.Failing)
{
    int equal = Replays.Equal(body);
    Console.WriteLine($"{body.Method.Name}, replayed {Replays.Count:#,0} times: {equal:#,0} are equal to the first.");
    replays &= equal == Replays.Count;
}

return isFlat && replays ? 0 : 1;

int Number(string option, int standard) => args.SkipWhile(argument => argument != option).Skip(1).Select(int.Parse).FirstOrDefault(standard);

bool Measure()
{
    Console.WriteLine("| what | Braid's checker | budget | better by |");
    Console.WriteLine("|---|---:|---:|---:|");
    foreach ((Row row, double? budget) in Measurements.All(rounds, schedules))
    {
        string wanted = budget is { } limit ? $"{limit:#,0} | {row.RatioTo(limit):0.0}x" : " |";
        Console.WriteLine($"| {row.Name} | {row.Value:#,0} {row.Unit} | {wanted} |");
    }

    Console.WriteLine();
    MemoryWatch memory = args.Contains("--million") ? new(10_000, 100_000, 1_000_000) : new(10_000, 100_000);
    Measurements.Explore(Bodies.CriticalSections, args.Contains("--million") ? 1_100_000 : 150_000, memory);
    memory.Print();
    Console.WriteLine();
    return memory.IsFlat;
}
