using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What is left after many processes: nothing.</summary>
[Collection(nameof(ProgramWide))]
public sealed class ProcessResidueTests : TimedTest
{
    [Fact]
    public void Fifty_processes_leave_nothing_behind()
    {
        OneOfEach();
        WaitForTheSpare();
        (int descriptors, int threads, int children) before = Count();
        string[] old = DiagnosticsFiles();   // a killed program of another time may have had one of the numbers
        HashSet<int> pids = [];
        for (int round = 0; round < 10; round++)
        {
            pids.UnionWith(OneOfEach());
        }

        WaitForTheSpare();
        Eventually.Holds(() =>
        {
            GC.Collect();
            (int descriptors, int threads, int children) = Count();
            return children == before.children && descriptors <= before.descriptors && threads <= before.threads + 3;
        });
        Assert.Equal(40, pids.Count);
        string[] files = [.. DiagnosticsFiles().Except(old).Where(name => pids.Any(pid => name.StartsWith($"dotnet-diagnostic-{pid}-", StringComparison.Ordinal) || name.StartsWith($"clr-debug-pipe-{pid}-", StringComparison.Ordinal)))];
        Assert.Empty(files);
    }

    /// <summary>On a busy machine a single tick can be charged to a thread that did next to nothing, so one quiet process of several is enough: a thread that is never at rest is so beside none.</summary>
    [Fact]
    public void While_a_process_runs_its_parent_does_nothing()
    {
        var seen = new List<(long Ticks, long Milliseconds)>();
        do
        {
            Assert.True(seen.Count < 8, $"Ticks, milliseconds: {string.Join(", ", seen)}");
            seen.Add(TicksBesideAProcess());
        }
        while (seen[^1].Ticks > seen[^1].Milliseconds / 500);   // of a hundred ticks a second, two
    }

    /// <summary>How many ticks the threads that serve processes use while one runs.</summary>
    private static (long Ticks, long Milliseconds) TicksBesideAProcess()
    {
        using var computed = new RawValue<long>();
        var process = Process.Start(
            static computed =>
            {
                while (computed.Value < 300_000_000)
                {
                    computed.Ref++;
                }
            },
            computed);
        Eventually.Holds(() => computed.Value > 0 && Spares.Waiting(WorkerSettings.Default) is not null);   // what a start costs is over
        long before = SystemView.TicksOf("Braid supervisor") + SystemView.TicksOf("Braid monitor");
        long began = Environment.TickCount64;
        process.Join();
        long after = SystemView.TicksOf("Braid supervisor") + SystemView.TicksOf("Braid monitor");
        Assert.Equal(0, process.ExitCode);
        return (after - before, Environment.TickCount64 - began);
    }

    [Fact]
    public void A_spare_worker_that_was_killed_is_not_given_work()
    {
        for (int round = 0; round < 3; round++)
        {
            int used = Process.Run(static () => Environment.ProcessId);
            Eventually.Holds(() => SystemView.DescendantsOf(Environment.ProcessId).All(child => child.Pid != used));
            WaitForTheSpare();
            int spare = SystemView.DescendantsOf(Environment.ProcessId).Single().Pid;
            SystemView.Signal(spare, SystemView.Kill);
            Eventually.Holds(() => SystemView.DescendantsOf(Environment.ProcessId).All(child => child.Pid != spare));
        }
    }

    private static string[] DiagnosticsFiles() => [.. Directory.EnumerateFileSystemEntries("/tmp").Select(Path.GetFileName).OfType<string>()];

    private static int[] OneOfEach()
    {
        var returns = Process.Start(static () => { });
        var throws = Process.Start(static () => Environment.Exit(3));
        var killed = Process.Start(static () => new Threading.Event().Wait());
        killed.Kill();
        int ran = Process.Run(static bytes => Environment.ProcessId, new byte[1_000_000]);
        Process[] processes = [returns, throws, killed];
        Array.ForEach(processes, static process => process.Join());
        return [ran, .. processes.Select(static process => process.Pid!.Value)];
    }

    /// <summary>One worker is always kept for the next process, once there was a first one.</summary>
    internal static void WaitForTheSpare() => Eventually.Holds(static () => SystemView.DescendantsOf(Environment.ProcessId).Count == 1);

    private static (int Descriptors, int Threads, int Children) Count() =>
        (SystemView.DescriptorsOf(Environment.ProcessId).Count, Directory.EnumerateDirectories("/proc/self/task").Count(), SystemView.DescendantsOf(Environment.ProcessId).Count);
}
