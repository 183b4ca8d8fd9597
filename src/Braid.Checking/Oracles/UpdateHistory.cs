using Braid.Checking.Engine;
using Braid.Checking.Memory;
using Braid.Checking.Reports;

namespace Braid.Checking.Oracles;

/// <summary>Looks through the steps of a run for an update that was lost.</summary>
/// <remarks>
/// One thread reads a place, another writes it, and the first, in the same method, writes it without having read it again: no order of the two threads one after the
/// other gives that (Lu, Tucek, Qin, Zhou: AVIO, ASPLOS 2006). By itself that may be meant; in a run whose assertion failed it is what to tell.
/// </remarks>
internal static class UpdateHistory
{
    public static Failure? FindLost(IReadOnlyList<RecordedStep> steps)
    {
        Failure? last = null;
        foreach (IGrouping<Resource?, RecordedStep> place in steps.Where(step => step.Operation is { Target: Variable, Kind: OperationKind.Read or OperationKind.Write }).GroupBy(step => step.Operation.Target))
        {
            last = FindLost([.. place]) ?? last;
        }

        return last;
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
                return new Failure(Verdict.LostUpdate, $"{step.Thread.Name} overwrites at {SourceMap.Where(step.Operation.Site)} what {lastWrite.Thread.Name} wrote to {Text.Subject(step.Operation.Site)} at {SourceMap.Where(lastWrite.Operation.Site)}: it had read the value before, at {SourceMap.Where(read.Operation.Site)}");
            }

            lastWrite = step;
            reads.Remove(step.Thread);
        }

        return null;
    }
}
