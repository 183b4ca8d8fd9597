using System.Globalization;
using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>Runs the scenarios in which processes are killed, and looks for what they leave behind.</summary>
/// <remarks>
/// A short round of everything comes first: it starts Braid's own threads, its spare worker and its segments, which stay. What there is after it is
/// what there must be after each scenario. Children have a folder of their own for temporary files, so that every file in it is theirs.
/// </remarks>
internal static class ChaosRun
{
    private const double WarmUpSeconds = 1.5;
    private const double WarmUpGraceSeconds = 60;   // the first processes of a run compile and load everything

    public static bool Execute(Scenario[] scenarios, Options options)
    {
        string folder = Directory.CreateTempSubdirectory("braid-chaos-").FullName;
        Environment.SetEnvironmentVariable("TMPDIR", folder);
        try
        {
            bool holds = Execute(scenarios, options, folder);
            Console.WriteLine(holds ? "all passed" : $"failed; run again with --chaos --seed {options.Seed.ToString(CultureInfo.InvariantCulture)}");
            return holds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool Execute(Scenario[] scenarios, Options options, string folder)
    {
        var grace = TimeSpan.FromSeconds(options.Grace);
        bool holds = true;
        foreach (Scenario scenario in scenarios)
        {
            holds &= new StressRun($"{scenario.Name} (warm-up)", options.Seed + 1, TimeSpan.FromSeconds(WarmUpSeconds), TimeSpan.FromSeconds(WarmUpGraceSeconds)).Execute(scenario);
        }

        Process.Run(static () => 0);   // from now on there is a spare worker
        Console.Error.Flush();         // the first use of the stream, by us or by what workers print, opens a descriptor
        WorkerOutput.Write(static (_, _) => { }, "", isError: false);   // its thread starts with the first line that a worker prints, which may not have come yet
        FillArena();
        Residue before = Residue.Settled(folder, grace);
        foreach (Scenario scenario in scenarios)
        {
            holds &= new StressRun(scenario.Name, options.Seed, TimeSpan.FromSeconds(options.Seconds / scenarios.Length), grace).Execute(scenario);
            string left = Residue.LeftBehind(before, folder, grace);
            if (left.Length > 0)
            {
                Console.WriteLine($"{scenario.Name,-22} FAILED with --seed {options.Seed}: it has left behind what was not there before:{left}");
                holds = false;
            }
        }

        return holds;
    }

    /// <summary>Braid keeps a few segments for large arguments: has it keep as many as it ever does.</summary>
    private static void FillArena()
    {
        Segment[] lent = [.. Enumerable.Range(0, 10).Select(_ => Arena.Shared.Lend())];
        Array.ForEach(lent, segment => Arena.Shared.TakeBack(segment, used: 0));
    }
}
