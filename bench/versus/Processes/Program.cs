// Measures Braid's processes and, where python3 is there, CPython's in the same run, and prints both with their ratio.
//   dotnet run -c Release --project bench/versus/Processes [-- --rounds N] [--no-python]
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Processes;

int rounds = args.SkipWhile(argument => argument != "--rounds").Skip(1).Select(int.Parse).FirstOrDefault(5);
List<Row> braid = Measurements.All(rounds);
Dictionary<string, double> python = args.Contains("--no-python") ? [] : Python();
Console.WriteLine("| what | Braid | CPython | Braid is faster by |");
Console.WriteLine("|---|---:|---:|---:|");
foreach (Row row in braid)
{
    bool hasPeer = python.TryGetValue(row.Peer, out double peer);
    double ratio = !hasPeer ? 0 : row.MoreIsBetter ? row.Value / peer : peer / row.Value;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Value:#,0.###} {row.Unit} | {(hasPeer ? $"{peer:#,0.###} ({row.Peer})" : "")} | {(hasPeer ? $"{ratio:0.0}x" : "")} |"));
}

static Dictionary<string, double> Python()
{
    string script = Path.Combine(AppContext.BaseDirectory, "processes_python.py");
    try
    {
        using var process = Process.Start(new ProcessStartInfo("python3", [script, "--quick"]) { RedirectStandardOutput = true })!;
        var rows = new Dictionary<string, double>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            JsonElement row = JsonDocument.Parse(line).RootElement;
            if (row.GetProperty("value").ValueKind == JsonValueKind.Number)
            {
                rows[row.GetProperty("row").GetString()!] = row.GetProperty("value").GetDouble();
            }
        }

        process.WaitForExit();
        return rows;
    }
    catch (System.ComponentModel.Win32Exception)
    {
        Console.Error.WriteLine("There is no python3: Braid's column stands alone.");
        return [];
    }
}
