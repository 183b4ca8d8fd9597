using Braid.Checking;

namespace Braid.Soundness;

/// <summary>Compares the programs of a seed, one after the other.</summary>
/// <param name="seed">Of the series.</param>
/// <param name="mostSchedules">Programs with more are left out.</param>
/// <param name="strategy">How the checker goes through them.</param>
internal sealed class Series(int seed, int mostSchedules, SearchStrategy strategy = SearchStrategy.Bounded)
{
    private const int BatchSize = 200;

    public int Compared { get; private set; }

    /// <summary>Programs that were left out because too much can happen in them.</summary>
    public int TooLarge { get; private set; }

    /// <summary>Programs of which one schedule of each order was run, and not all schedules.</summary>
    public int Reduced { get; private set; }

    public long Schedules { get; private set; }

    public long Outcomes { get; private set; }

    /// <param name="from">Number of the first program.</param>
    /// <param name="count">How many to compare.</param>
    /// <returns>Those that differ.</returns>
    public IEnumerable<Comparison> Run(int from, int count)
    {
        for (int next = from; next < from + count; next += BatchSize)
        {
            SmallProgram[] programs = [.. Enumerable.Range(next, Math.Min(BatchSize, from + count - next)).Select(number => Generator.Make(seed, number))];
            using var batch = new Batch(programs);
            foreach (SmallProgram program in programs)
            {
                var comparison = Comparison.Of(program, batch, mostSchedules, strategy);
                TooLarge += comparison.IsTooLarge ? 1 : 0;
                Compared += comparison.IsTooLarge ? 0 : 1;
                Reduced += comparison.Checked.LeftOrdersOut ? 1 : 0;
                Schedules += comparison.Checked.Schedules;
                Outcomes += comparison.Possible.Outcomes.Count;
                if (!comparison.IsEqual)
                {
                    yield return comparison;
                }
            }
        }
    }
}
