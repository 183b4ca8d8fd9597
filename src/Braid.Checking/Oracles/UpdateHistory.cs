using Braid.Checking.Engine;
using Braid.Checking.Memory;
using Braid.Checking.Reports;

namespace Braid.Checking.Oracles;

/// <summary>Searches the steps of a run for a lost update.</summary>
/// <remarks>
/// One thread reads a location, another writes it, and the first, in the same method, writes it without having read it again: no serial
/// order of the two threads gives that result (Lu, Tucek, Qin, Zhou: AVIO, ASPLOS 2006). By itself that may be intended; in a run whose
/// assertion failed, it is the finding to report. The same holds for accessors, which may use several locations: one thread's call reads a
/// location, another's call of the same name writes it, and then the first thread's call writes.
/// </remarks>
internal static class UpdateHistory
{
    public static Failure? FindLost(IReadOnlyList<RecordedStep> steps)
    {
        Failure? last = null;
        foreach (IGrouping<Resource?, RecordedStep> place in steps.Where(
            step =>
                step.Operation is { Target: Variable, Kind: OperationKind.Read or OperationKind.Write }).GroupBy(step =>
                    step.Operation.Target))
        {
            last = FindLost([.. place]) ?? last;
        }

        return last ?? FindLostCall(steps);
    }

    private static Failure? FindLostCall(IReadOnlyList<RecordedStep> steps)
    {
        List<AccessorUse> uses = AccessorUses(steps);
        for (int i = uses.Count - 1; i >= 0; i--)
        {
            AccessorUse write = uses[i];
            AccessorUse? read = uses[..i]
                .FindLast(use => use.Thread == write.Thread && !use.Writes && use.Name == write.Name && use.Method == write.Method);
            AccessorUse? other = read is null || !write.Writes ? null
                : uses.FindLast(
                    use =>
                        use.Thread != write.Thread && use.Writes && use.Name == write.Name && use.First > read.Last && use.Last < write.Last
                            && use.Written.Overlaps(read.Used));
            if (other is not null)
            {
                return new Failure(
                    Verdict.LostUpdate,
                    $"{write.Thread.Name} overwrites at {SourceMap.Where(write.Site)} what {other.Thread.Name} wrote to {write.Name} at " +
                    $"{SourceMap.Where(other.Site)}: it had read the value before, at {SourceMap.Where(read!.Site)}")
                {
                    About = [.. other.Written.Intersect(read.Used)],
                };
            }
        }

        return null;
    }

    private static List<AccessorUse> AccessorUses(IReadOnlyList<RecordedStep> steps)
    {
        List<AccessorUse> uses = [];
        Dictionary<ControlledThread, AccessorUse> open = [];
        for (int i = 0; i < steps.Count; i++)
        {
            RecordedStep step = steps[i];
            if (!step.IsAccessor)
            {
                open.Remove(step.Thread);
                continue;
            }

            if (!open.TryGetValue(step.Thread, out AccessorUse? use) || use.Site != step.Shown)
            {
                uses.Add(open[step.Thread] = use = new AccessorUse(step.Thread, step.Shown, i));
            }

            use.Last = i;
            if (step.Operation.Target is Variable place)
            {
                use.Used.Add(place);
                if (step.Operation.Kind is OperationKind.Write or OperationKind.Update)
                {
                    use.Written.Add(place);
                }
            }
        }

        return uses;
    }

    private static Failure? FindLost(List<RecordedStep> steps)
    {
        Dictionary<ControlledThread, RecordedStep> reads = [];
        RecordedStep? lastWrite = null;
        foreach (RecordedStep step in steps)
        {
            if (step.Operation.Kind == OperationKind.Read)
            {
                reads[step.Thread] = step;
                continue;
            }

            if (lastWrite is not null && lastWrite.Thread != step.Thread && reads.TryGetValue(step.Thread, out RecordedStep? read)
                && Sites.Get(read.Operation.Site).Method == Sites.Get(step.Operation.Site).Method
                && steps.IndexOf(read) < steps.IndexOf(lastWrite) && lastWrite.Outcome != read.Outcome && lastWrite.Outcome != step.Outcome)
            {
                string relation = step.Shown == step.Operation.Site || step.IsAccessor ? "to" : "by";
                return new Failure(
                    Verdict.LostUpdate,
                    $"{step.Thread.Name} overwrites at {SourceMap.Where(step.Shown)} what {lastWrite.Thread.Name} wrote {relation} " +
                    $"{Text.Subject(step.Shown)} at {SourceMap.Where(lastWrite.Shown)}: it had read the value before, at " +
                    $"{SourceMap.Where(read.Shown)}")
                {
                    About = [step.Operation.Target!],
                };
            }

            lastWrite = step;
            reads.Remove(step.Thread);
        }

        return null;
    }

    /// <summary>One call of an accessor.</summary>
    private sealed class AccessorUse(ControlledThread thread, int site, int first)
    {
        public ControlledThread Thread => thread;

        public int Site => site;

        public int First { get; } = first;

        public int Last { get; set; }

        public string Name { get; } = Sites.Get(site).Subject;

        public string Method { get; } = Sites.Get(site).Method;

        public bool Writes { get; } = (Sites.Traits(site) & SiteTraits.DerivedWrite) != 0;

        public HashSet<Resource> Used { get; } = [];

        public HashSet<Resource> Written { get; } = [];
    }
}
