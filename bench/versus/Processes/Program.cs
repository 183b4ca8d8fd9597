// Measures Braid's processes and, where python3 is there, CPython's in the same run, and prints both with their ratio.
//   dotnet run -c Release --project bench/versus/Processes [-- --rounds N] [--no-python] [--arrays]
using System.Globalization;
using Processes;
using Versus;

int rounds = args.SkipWhile(argument => argument != "--rounds").Skip(1).Select(int.Parse).FirstOrDefault(5);
bool arraysAlone = args.Contains("--arrays");   // those with a Python program at the other end
List<Row> braid = [.. arraysAlone ? [] : Measurements.All(rounds), .. args.Contains("--no-python") ? [] : Arrays.All(rounds)];
string[] only = arraysAlone ? ["--only", "array-100MB"] : [];
Dictionary<string, double> python = args.Contains("--no-python") ? [] : PythonSide.Run("processes_python.py", ["--quick", .. only]);
Console.WriteLine("| what | Braid | CPython | Braid is faster by |");
Console.WriteLine("|---|---:|---:|---:|");
foreach (Row row in braid)
{
    bool hasPeer = python.TryGetValue(row.Peer, out double peer);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Value:#,0.###} {row.Unit} | {(hasPeer ? $"{peer:#,0.###} ({row.Peer})" : "")} | {(hasPeer ? $"{row.RatioTo(peer):0.0}x" : "")} |"));
}
