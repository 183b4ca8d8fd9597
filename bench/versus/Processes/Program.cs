// Measures Braid's processes and, where python3 is there, CPython's in the same run, and prints both with their ratio.
//   dotnet run -c Release --project bench/versus/Processes [-- --rounds N] [--no-python]
using System.Globalization;
using Processes;
using Versus;

int rounds = args.SkipWhile(argument => argument != "--rounds").Skip(1).Select(int.Parse).FirstOrDefault(5);
List<Row> braid = Measurements.All(rounds);
Dictionary<string, double> python = args.Contains("--no-python") ? [] : PythonSide.Run("processes_python.py", "--quick");
Console.WriteLine("| what | Braid | CPython | Braid is faster by |");
Console.WriteLine("|---|---:|---:|---:|");
foreach (Row row in braid)
{
    bool hasPeer = python.TryGetValue(row.Peer, out double peer);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Value:#,0.###} {row.Unit} | {(hasPeer ? $"{peer:#,0.###} ({row.Peer})" : "")} | {(hasPeer ? $"{row.RatioTo(peer):0.0}x" : "")} |"));
}
