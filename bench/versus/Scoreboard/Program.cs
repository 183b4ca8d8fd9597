using System.Diagnostics;
using System.Text.Json;
using Scoreboard;

// The six faults of a worker process, against Braid's pool and, where python3 is there, against the pools of Python.
// usage: Scoreboard [--quick] [--no-python]; the exit code is 1 when Braid fails one.
bool isQuick = args.Contains("--quick");
var patience = TimeSpan.FromSeconds(isQuick ? 4 : 14);
var table = new SortedDictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
bool isPassed = true;
foreach ((string fault, Func<Trial, Outcome> play) in Faults.All)
{
    Outcome outcome = Trial.Play(play, patience, resultBytes: isQuick ? 300_000_000 : 600_000_000);
    isPassed &= outcome.IsGood;
    table[fault] = new Dictionary<string, string> { ["Braid"] = outcome.Text };
    Console.Error.WriteLine($"Braid: {fault}: {outcome.Text}{(outcome.Detail.Length > 0 ? $" ({outcome.Detail})" : "")}");
}

if (!args.Contains("--no-python"))
{
    AddPython();
}

string[] pools = [.. table.Values.SelectMany(static row => row.Keys).Distinct()];
Console.WriteLine($"| fault | {string.Join(" | ", pools)} |");
Console.WriteLine($"| --- |{string.Concat(Enumerable.Repeat(" --- |", pools.Length))}");
foreach (string fault in Faults.All.Keys)
{
    Console.WriteLine($"| {fault} | {string.Join(" | ", pools.Select(pool => table[fault].GetValueOrDefault(pool, "")))} |");
}

return isPassed ? 0 : 1;

void AddPython()
{
    string script = Path.Combine(AppContext.BaseDirectory, "scoreboard_python.py");
    try
    {
        using var python = Process.Start(new ProcessStartInfo("python3", isQuick ? [script, "--quick"] : [script]) { RedirectStandardOutput = true })!;
        while (python.StandardOutput.ReadLine() is { } line)
        {
            JsonElement cell = JsonElement.Parse(line);
            if (table.TryGetValue(cell.GetProperty("fault").GetString()!, out Dictionary<string, string>? row))
            {
                row[cell.GetProperty("pool").GetString()!] = cell.GetProperty("outcome").GetString()!;
            }
        }
    }
    catch (System.ComponentModel.Win32Exception)
    {
        Console.Error.WriteLine("There is no python3 here: its pools are left out.");
    }
}
