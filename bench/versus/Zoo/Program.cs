// Measures how many schedules the checker needs to find the bug of each program of tests/Braid.Zoo, whether it is silent about their
// mended twins, and whether it is silent about all pairs and triples of calls of what .NET makes for several threads, and about correct
// uses of libraries.
//   dotnet run -c Release --project bench/versus/Zoo [-- --seeds N] [--limit N] [--only TEXT] [--fixed|--pairs|--triples|--libraries]
using BugZoo;
using Harness;

int seeds = Number("--seeds", 20);
int limit = Number("--limit", 10_000);
string only = args.SkipWhile(argument => argument != "--only").Skip(1).FirstOrDefault("");
List<ZooEntry> entries = [.. Zoo.All.Where(entry => entry.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];
bool good = args.Contains("--pairs") ? Pairs.Print(only, 2, limit)
    : args.Contains("--triples") ? Pairs.Print(only, 3, limit)
    : args.Contains("--libraries") ? Libraries.Print(only, limit)
    : args.Contains("--fixed") ? Silence.Print(entries, limit)
    : Hunt.Print(entries, seeds, limit);
return good ? 0 : 1;

int Number(string option, int standard) => args.SkipWhile(argument => argument != option).Skip(1).Select(int.Parse).FirstOrDefault(standard);
