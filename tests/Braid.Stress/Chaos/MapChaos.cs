using System.Globalization;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>Maps over pools whose workers are killed all the time: with enough retries nobody notices.</summary>
internal sealed class MapChaos : Scenario
{
    private const int Workers = 3;
    private const int Items = 150;

    public override string Name => "killed in maps";

    public override string Hammer(StressRun run)
    {
        var random = new Random(run.Seed);
        using var roll = new Roll();
        var options = new ProcessPoolOptions { MaxWorkers = Workers, Retries = 1000, Initializer = roll.SignUp };
        using var executor = new ProcessPoolExecutor(options);
        using var pool = new Pool(options);
        run.Standing = () => $"{executor.Figures}; {pool}{Environment.NewLine}{string.Join(Environment.NewLine, Kin.Descendants().Select(Kin.Describe))}";
        int blows;
        using (var killer = new Killer(run.Seed, roll, pauseMilliseconds: 200))
        {
            while (!run.TimeIsUp)
            {
                int way = random.Next(6);
                int begin = random.Next(1_000_000);
                int[] source = [.. Enumerable.Range(begin, Items)];
                int chunk = random.Next(1, 20);
                IEnumerable<long> results = way switch
                {
                    0 => executor.Map(Square, source, chunksize: chunk),
                    1 => executor.Map(Square, source, chunksize: chunk, buffersize: random.Next(20, 100)),
                    2 => executor.MapUnordered(Square, source, chunksize: chunk),
                    3 => pool.Map(Square, source, chunk),
                    4 => pool.Imap(Square, source, chunk),
                    _ => pool.ImapUnordered(Square, source, chunk),
                };
                long[] got = [.. way is 2 or 5 ? results.Order() : results];
                run.Check(got.SequenceEqual(source.Select(item => (long)item * item)), string.Create(CultureInfo.InvariantCulture, $"Way {way}, chunks of {chunk}: {Items} squares from {begin} on were to come, and {got.Length} came: {string.Join(" ", got)}"));
                run.Deeds += got.Length;
            }

            killer.Dispose();
            blows = killer.Blows;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{blows} blows, {executor.Figures.Retried} retries; all results there, in order");
    }

    private static long Square(int item)
    {
        Thread.SpinWait(item % 5000);
        return (long)item * item;
    }
}
