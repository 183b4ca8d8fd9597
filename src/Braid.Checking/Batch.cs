using Braid.Checking.Engine;
using Braid.Checking.Strategies;

namespace Braid.Checking;

/// <summary>The runs of a batch: workers take its parts one after another, and the explorer counts the runs in order.</summary>
/// <remarks>
/// When a run ends the batch, or does not count because others run beside it, no worker continues later parts: they may not count. The
/// explorer continues them if they do.
/// </remarks>
/// <param name="parts">The parts, in order.</param>
/// <param name="points">The scheduling points of all runs, besides synchronization.</param>
/// <param name="inTime">Whether another run may begin; called by all workers.</param>
internal sealed class Batch(IReadOnlyList<BatchPart> parts, Points points, Func<bool> inTime)
{
    private readonly PartRuns[] _parts = [.. parts.Select(static part => new PartRuns(part))];
    private int _taken = -1;                // The last part that a worker has taken; changed by each of them.
    private int _last = int.MaxValue;       // Parts after this one are not continued. Lowered by workers; seeing it late costs runs.

    /// <summary>The parts, in order. Read by the explorer while no worker works.</summary>
    public IReadOnlyList<PartRuns> Parts => _parts;

    /// <summary>Whether a run of a part did not count. Read by the explorer while no worker works.</summary>
    public bool HasUncounted { get; private set; }      // set by workers, to true alone

    /// <summary>Runs part after part, beside other workers.</summary>
    public void Work(Runner runner)
    {
        for (int part = Interlocked.Increment(ref _taken); part < _parts.Length; part = Interlocked.Increment(ref _taken))
        {
            while (part <= Volatile.Read(ref _last) && inTime() && !_parts[part].IsComplete)
            {
                RunResult? result = _parts[part].Next(runner, points, isAlone: false);
                if (result is { NewPoints: null })
                {
                    continue;
                }

                if (_parts[part].IsLeft)
                {
                    HasUncounted = true;
                }

                if (result is not null || _parts[part].IsLeft)
                {
                    EndAt(part);
                }

                break;
            }
        }
    }

    /// <summary>Makes the next run of a part while no worker works.</summary>
    /// <returns>Null if the part has no further run, or there is no time for it.</returns>
    public RunResult? Next(PartRuns part, Runner runner) =>
        part.IsComplete || !inTime() ? null : part.Next(runner, points, isAlone: true);

    private void EndAt(int part)
    {
        int last = Volatile.Read(ref _last);
        while (part < last && Interlocked.CompareExchange(ref _last, part, last) is var seen && seen != last)
        {
            last = seen;
        }
    }

    /// <summary>The results of the runs of a part. Used by the worker that has taken the part, and then by the explorer.</summary>
    internal sealed class PartRuns(BatchPart part)
    {
        private readonly List<RunResult> _results = [];

        public BatchPart Part => part;

        public IReadOnlyList<RunResult> Results => _results;

        /// <summary>Whether all its runs have ended.</summary>
        public bool IsComplete { get; private set; }

        /// <summary>Whether its next run did not count, and must be repeated alone.</summary>
        public bool IsLeft { get; private set; }

        public RunResult? Next(Runner runner, Points points, bool isAlone)
        {
            int run = part.First + _results.Count;
            if (_results.Count == part.Count || !part.Strategy.Begin(run))
            {
                IsComplete = true;
                return null;
            }

            RunResult? result = runner.Do(part.Strategy, run, points, isAlone);
            IsLeft = result is null;
            if (result is not null)
            {
                _results.Add(result);
                IsComplete = _results.Count == part.Count;
            }

            return result;
        }
    }
}
