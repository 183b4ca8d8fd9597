// Measures Braid's event loop beside the same work on .NET's thread pool and, where python3 is there, in CPython's asyncio, in one run.
//   dotnet run -c Release --project bench/versus/Loop [-- --rounds N] [--no-python]
using System.Globalization;
using Loop;
using Versus;

int rounds = args.SkipWhile(argument => argument != "--rounds").Skip(1).Select(int.Parse).FirstOrDefault(7);
List<(Row Loop, double Tasks)> rows = Measurements.All(rounds);
Dictionary<string, double> python = args.Contains("--no-python") ? [] : PythonSide.Run("loop_python.py", "--rounds", $"{rounds}");
Console.WriteLine("| what | Braid's loop | .NET tasks, no loop | ratio | CPython asyncio | ratio |");
Console.WriteLine("|---|---:|---:|---:|---:|---:|");
foreach ((Row row, double tasks) in rows)
{
    string peer = python.TryGetValue(row.Peer, out double figure)
        ? string.Create(CultureInfo.InvariantCulture, $"{figure:#,0} | {row.RatioTo(figure):0.0}x")
        : " |";
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Value:#,0} {row.Unit} | {tasks:#,0} | {row.RatioTo(tasks):0.0}x | {peer} |"));
}
