namespace Braid.Checking.Strategies;

/// <summary>
/// A bounded search, because what it finds has few preemptions and what it does not find is proved absent, alternating with random
/// strategies.
/// </summary>
/// <remarks>
/// <para>
/// No strategy is best for every program: each misses bugs that another finds at once. Alternating costs at most a factor of the number of
/// members against the best of them, and avoids the worst case of each.
/// </para>
/// <para>
/// While runs are short, the search gets one run in five until it has had 200, because it is then likely to complete. After that, and from
/// the beginning if runs are long, it gets one in eight, so that the proof may still be completed; after 20,000 runs of its own it stops,
/// because what it leaves for later takes memory. The others alternate. Each member counts its own runs. When a run of one member reveals
/// new points, all members that have learnt from earlier runs restart.
/// </para>
/// <para>In a batch, the runs of the search are one part, and come first.</para>
/// </remarks>
/// <param name="seed">The seed of the random members.</param>
/// <param name="preemptions">The bound of the search.</param>
internal sealed class Mix(ulong seed, int preemptions) : ISearch
{
    private const int Opening = 200;
    private const int ShortRun = 60;
    private const int OneSearchInAtFirst = 5;
    private const int OneSearchIn = 8;
    private const int MostOfSearch = 20_000;

    private readonly Sampling _sampling =
        new(new Alternating(new Urw(seed), new Pos(seed), new StickyRandom(seed), new Pct(seed)));

    private int _runs;

    /// <summary>Runs of the random members.</summary>
    public int RandomRuns => _sampling.Runs;

    /// <summary>The search among the members: it knows what has been proved.</summary>
    public BoundedSearch Search { get; } = new(preemptions);

    public IReadOnlyList<BatchPart> Next(int most)
    {
        if (Search.Exhausted)
        {
            return [];
        }

        int searches = 0;
        int before = Search.Runs;
        for (int i = 0; i < most; i++)
        {
            int oneIn = Search.LastChoices <= ShortRun && before + searches < Opening ? OneSearchInAtFirst : OneSearchIn;
            searches += _runs++ % oneIn == 0 && before + searches < MostOfSearch && !Search.IsFinished ? 1 : 0;
        }

        return
        [
            .. searches > 0 ? [new BatchPart(Search, 0, searches)] : Array.Empty<BatchPart>(),
            .. _sampling.Next(most - searches),
        ];
    }

    public void Learn() => _sampling.Learn();

    public void Restart()
    {
        Search.Restart();
        _sampling.Restart();
    }
}
