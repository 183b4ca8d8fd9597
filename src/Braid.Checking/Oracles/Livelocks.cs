using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Oracles;

/// <summary>Names the threads that keep running in a run that does not end.</summary>
internal static class Livelocks
{
    public static Failure Explain(Execution execution)
    {
        List<ControlledThread> running = [.. execution.Threads.Where(thread => thread.Stage == ThreadStage.Alive && thread.IsEnabled)];
        if (running.TrueForAll(thread => thread.WaitsInLibrary && thread.CallTick < execution.Tick / 2))
        {
            // A library may wait in slices, as .NET's Barrier does; that is no progress.
            return Deadlocks.Explain(execution);
        }

        string loops = Text.Join(
            running.Select(thread => $"{thread.Name} keeps running at {SourceMap.Where(thread.Shown(thread.Pending.Site))}"));
        return new Failure(Verdict.Livelock, $"no end after {Text.Count(execution.Steps - 1, "step")}: {loops}")
        {
            Details = [.. execution.Threads.Where(thread => thread.Stage == ThreadStage.Alive).Except(running)
                .Select(thread => $"{thread.Name} waits {Text.Wait(thread)}")],
            About = [.. running.Select(thread => thread.Pending.Target).OfType<Resource>().Distinct()],
            Sites = [.. running.Select(thread => thread.Pending.Site)],
        };
    }
}
