using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Reports;

namespace Braid.Checking.Oracles;

/// <summary>Explains why no thread can continue.</summary>
/// <remarks>
/// It checks for, in this order: a cycle of threads, each of which waits for a lock that the next one holds; a thread that waits for a
/// signal that was given and lost, or that it decided to wait for because of a value that had changed by then; otherwise, threads that wait
/// for something that no thread will do.
/// </remarks>
internal static class Deadlocks
{
    /// <summary>No thread can continue and no timeout is pending.</summary>
    public static Failure Explain(Execution execution)
    {
        List<ControlledThread> waiting = [.. execution.Threads.Where(thread => thread.Stage == ThreadStage.Alive)];
        foreach (ControlledThread thread in waiting)
        {
            if (FindCycle(thread) is { } cycle)
            {
                return Ring(cycle, waiting);
            }
        }

        foreach (ControlledThread thread in waiting)
        {
            if (ExplainLost(thread, waiting) is { } lost)
            {
                return lost;
            }
        }

        if (TaskResource.FindCompletedOutside(execution) is { } outside)
        {
            string sentence =
                $"the {TaskText.Of(outside)} was completed by a thread that the checker does not control; leave it out of what is " +
                "checked, or put something that is controlled in its place (docs/checking.md lists what is)";
            return new Failure(Verdict.NotControlled, sentence) { Sites = [outside.MadeAt] };
        }

        // A thread that waits for another's end waits because that other thread does.
        List<ControlledThread> roots = waiting.FindAll(static thread =>
            thread.Pending is not { Kind: OperationKind.Join, Target: ThreadEnd or TaskResource { Runner: not null } }
                && thread.Pending.Kind != OperationKind.Complete);
        roots = roots.Count == 0 ? waiting : roots;
        if (roots.Find(
            static thread => thread.Pending.Target is TaskResource task && TaskText.Posted(thread, task) is not null) is { } blocked)
        {
            // The classic case: the thread that runs what is posted to a context waits for a task whose continuation was posted there.
            string sentence = $"async deadlock: {blocked.Name} waits {Text.WaitWithoutPlace(blocked)}{WhyOf(blocked)}: await the task " +
                "instead, or let it continue anywhere (ConfigureAwait(false))";
            return Among(waiting, Verdict.Deadlock, sentence) with
            {
                About = [blocked.Pending.Target!],
                Sites = [blocked.Pending.Site],
            };
        }

        string waits = Text.Join(roots.Select(thread => $"{thread.Name} waits {Text.WaitWithoutPlace(thread)}{WhyOf(thread)}"));
        return Among(waiting, Verdict.Deadlock, $"{waits}, and no thread is left that could end that") with
        {
            About = [.. roots.Select(thread => thread.Pending.Target).OfType<Resource>().Distinct()],
            Sites = [.. roots.Select(thread => thread.Pending.Site)],
        };
    }

    private static string WhyOf(ControlledThread thread) => thread.Pending.Target is TaskResource task ? TaskText.Why(thread, task) : "";

    /// <summary>The cycle of waits that this thread has just closed, or null.</summary>
    public static List<ControlledThread>? FindCycle(ControlledThread start)
    {
        List<ControlledThread> path = [];
        for (ControlledThread? thread = start; thread is not null; thread = Blocker(thread))
        {
            if (path.Contains(thread))
            {
                return thread == start ? path : null;
            }

            path.Add(thread);
        }

        return null;
    }

    public static Failure Ring(List<ControlledThread> cycle, IEnumerable<ControlledThread> waiting)
    {
        string sentence = cycle.Count == 1
            ? $"{cycle[0].Name} waits {Text.WaitWithoutPlace(cycle[0])}, which it holds itself"
            : Text.Join(
                cycle.Select(
                    (thread, i) =>
                        thread.Pending.Target is ThreadEnd or TaskResource
                            ? $"{thread.Name} waits {Text.WaitWithoutPlace(thread)}"
                            : $"{thread.Name} waits {Text.WaitWithoutPlace(thread)}, which {cycle[(i + 1) % cycle.Count].Name} holds"));
        return Among([.. cycle, .. waiting.Except(cycle)], Verdict.Deadlock, sentence) with
        {
            IsRing = true,
            About = [.. cycle.Select(thread => thread.Pending.Target!).Distinct()],
            Sites = [.. cycle.Select(thread => thread.Pending.Site)],
        };
    }

    private static ControlledThread? Blocker(ControlledThread thread) =>
        thread.Stage != ThreadStage.Alive || thread.Alarm is not null || thread.IsEnabled
            ? null
            : thread.Pending.Target?.HolderBlocking(thread);

    private static Failure? ExplainLost(ControlledThread thread, List<ControlledThread> waiting)
    {
        // What a library signals internally does not concern the program.
        if (thread.Pending is not { Target: ISignal { SignalsEvent: true } signal } pending || thread.WaitsInLibrary)
        {
            return null;
        }

        if (signal.Lost is { } lost && lost.IsLostFor(thread)
            && !thread.Reads.HaveDecidedSince(thread, lost.Tick, signal.LastSignal, inCall: false))
        {
            return Among(waiting, Verdict.LostWakeup, Lost(thread, lost)) with
            {
                About = [pending.Target!],
                Sites = [pending.Site, lost.Site],
            };
        }

        if (thread.Reads.FindStale(thread, thread.WaitTick) is not { } stale)
        {
            return null;
        }

        ControlledThread writer = thread.Execution.Threads[stale.Variable.LastWriter];
        string sentence = $"{thread.Name} waits {Text.WaitWithoutPlace(thread)} forever: it looked at {Text.Subject(stale.Site)} at " +
            $"{SourceMap.Where(stale.Site)}, then {writer.Name} changed it at {SourceMap.Where(stale.Variable.WriteShown)}, and only " +
            $"then did {thread.Name} begin to wait";
        return Among(waiting, Verdict.LostWakeup, sentence) with
        {
            About = [pending.Target!, stale.Variable],
            Sites = [pending.Site, stale.Site, stale.Variable.WriteSite],
        };
    }

    /// <summary>Why the thread waits: a signal did not reach it.</summary>
    public static string Lost(ControlledThread waiter, LostSignal lost) =>
        $"{waiter.Name} waits {Text.WaitWithoutPlace(waiter)} forever: the signal of {lost.Thread.Name} at {SourceMap.Where(lost.Site)} " +
        $"was lost, {DescribeLoss(lost, waiter)}";

    private static string DescribeLoss(LostSignal lost, ControlledThread waiter) => lost.Eraser is var (eraser, site)
        ? $"erased by {(eraser == waiter ? "its own" : $"{eraser.Name}'s")} reset at {SourceMap.Where(site)} before {waiter.Name} " +
            "had continued"
        : lost.How;

    /// <summary>A fault of waiting threads, with what each waits for and holds.</summary>
    private static Failure Among(List<ControlledThread> waiting, Verdict verdict, string sentence) => new(verdict, sentence)
    {
        Details = [.. waiting.Select(Wait)],
        Waiting = [.. waiting.Select(waiter => (waiter, waiter.Pending))],
    };

    private static string Wait(ControlledThread thread)
    {
        string line = $"{thread.Name} waits {Text.Wait(thread)}";
        return thread.Held.Count == 0
            ? line
            : $"{line}; it holds {Text.Join(thread.Held.Select(held => Text.Held(held)))}";
    }
}
