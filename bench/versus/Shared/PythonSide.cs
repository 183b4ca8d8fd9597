using System.Diagnostics;
using System.Text.Json;

namespace Versus;

/// <summary>Runs CPython's side of a comparison, where there is a python3.</summary>
internal static class PythonSide
{
    /// <returns>Its figures by row; none where there is no python3.</returns>
    public static Dictionary<string, double> Run(string script, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, script), .. arguments]) { RedirectStandardOutput = true })!;
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
}
