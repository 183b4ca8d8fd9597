using Braid.Checking.Engine;
using Braid.Checking.Memory;
using Braid.Checking.Reports;

namespace Braid.Checking.Oracles;

/// <summary>Searches the steps of a run in which threads wait forever for a lost signal of a library.</summary>
/// <remarks>
/// Of Braid's internal steps, only the program's calls are evidence: a Notify of the condition that a thread waits on, called before it
/// began to wait and while no other thread did; a Set of an event that a Clear undid. Two calls concern the same object if both use the
/// same memory, apart from the memory of its lock, which several conditions may share.
/// </remarks>
internal static class LostCalls
{
    private static readonly string[] s_notifies = ["Condition.Notify", "Condition.NotifyAll"];
    private static readonly string[] s_locks = [".EnterScope", ".Acquire", ".TryAcquire", ".Release", "Scope.Dispose"];

    public static Failure? Find(Failure failure, IReadOnlyList<RecordedStep> steps)
    {
        foreach ((ControlledThread thread, Operation operation) in failure.Waiting)
        {
            int call = thread.Shown(operation.Site);
            if (call != operation.Site && FindFor(thread, call, steps) is { } lost && lost.IsLostFor(thread)
                && !thread.Reads.HaveDecidedSince(thread, lost.Tick, lost.Tick, inCall: true))
            {
                return failure with { Verdict = Verdict.LostWakeup, Sentence = Deadlocks.Lost(thread, lost) };
            }
        }

        return null;
    }

    private static LostSignal? FindFor(ControlledThread thread, int call, IReadOnlyList<RecordedStep> steps)
    {
        string name = Sites.Get(call).Subject;
        int began = steps.Count;
        HashSet<Resource> used = [];
        for (int i = steps.Count - 1; i >= 0 && (steps[i].Thread != thread || steps[i].Shown == call); i--)
        {
            if (steps[i].Thread == thread && steps[i].Operation.Target is { } target)
            {
                used.Add(target);
                began = i;
            }
        }

        foreach (RecordedStep step in steps.Where(
            step =>
                step.Operation.Target is not null && Array.Exists(s_locks, end => NameOf(step).EndsWith(end, StringComparison.Ordinal))))
        {
            used.Remove(step.Operation.Target!);
        }

        List<int> about = [.. Enumerable.Range(0, steps.Count)
            .Where(i => steps[i].Operation.Target is { } target && used.Contains(target) && steps[i].Shown != steps[i].Operation.Site)];
        return name.StartsWith("Condition.Wait", StringComparison.Ordinal) ? LostNotify(thread, began, about, steps)
            : name.StartsWith("Event.Wait", StringComparison.Ordinal) ? ErasedSet(about, steps)
            : null;
    }

    private static LostSignal? LostNotify(ControlledThread thread, int began, List<int> about, IReadOnlyList<RecordedStep> steps)
    {
        int notify = Last(about, i => i < began && steps[i].Thread != thread && s_notifies.Contains(NameOf(steps[i])));
        bool isWaitedFor = about.Exists(
            i =>
                i < notify && IsWait(steps[i])
                    && about.Exists(
                        later => later > notify && steps[later].Thread == steps[i].Thread && steps[later].Shown == steps[i].Shown));
        return isWaitedFor || notify < 0 ? null : Signal(steps[notify], "nobody was waiting yet");
    }

    private static LostSignal? ErasedSet(List<int> about, IReadOnlyList<RecordedStep> steps)
    {
        int clear = Last(about, i => NameOf(steps[i]) == "Event.Clear");
        int set = Last(about, i => i < clear && NameOf(steps[i]) == "Event.Set");
        if (set < 0)
        {
            return null;
        }

        ulong reached = about.Where(i => i > set && i < clear && IsWait(steps[i])).Aggregate(0UL, (bits, i) => bits | steps[i].Thread.Bit);
        return Signal(steps[set], "erased") with { Eraser = (steps[clear].Thread, steps[clear].Shown), Reached = reached };
    }

    private static int Last(List<int> places, Predicate<int> fits) => places.FindLastIndex(fits) is >= 0 and var last ? places[last] : -1;

    private static LostSignal Signal(RecordedStep step, string how) => new(step.Thread, step.Shown, step.Tick, how);

    private static bool IsWait(RecordedStep step) =>
        NameOf(step).Contains(".Wait", StringComparison.Ordinal) || NameOf(step).Contains(".TryWait", StringComparison.Ordinal);

    private static string NameOf(RecordedStep step) => Sites.Get(step.Shown).Subject;
}
