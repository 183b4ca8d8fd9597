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
/// </remarks>
/// <param name="seed">The seed of the random members.</param>
/// <param name="preemptions">The bound of the search.</param>
internal sealed class Mix(ulong seed, int preemptions) : IStrategy
{
    private const int Opening = 200;
    private const int ShortRun = 60;
    private const int OneSearchInAtFirst = 5;
    private const int OneSearchIn = 8;
    private const int MostOfSearch = 20_000;
    private const int RandomMembers = 4;

    private readonly StickyRandom _sticky = new(seed);
    private readonly Pct _pct = new(seed);
    private readonly Pos _pos = new(seed);
    private readonly Urw _urw = new(seed);
    private IStrategy? _current;
    private int _randomRuns;
    private int _runs;
    private bool _short = true;

    /// <summary>Runs of the random members.</summary>
    public int RandomRuns => _randomRuns;

    /// <summary>The search among the members: it knows what has been proved.</summary>
    public BoundedSearch Search { get; } = new(preemptions);

    public bool Begin(int run)
    {
        int oneIn = _short && Search.Runs < Opening ? OneSearchInAtFirst : OneSearchIn;
        if (_runs % oneIn == 0 && Search.Runs < MostOfSearch && Search.Begin(Search.Runs))
        {
            _current = Search;
            return true;
        }

        if (Search.Exhausted)
        {
            return false;
        }

        _current = (_randomRuns % RandomMembers) switch
        {
            0 => _urw,
            1 => _pos,
            2 => _sticky,
            _ => _pct,
        };
        return _current.Begin(_randomRuns / RandomMembers);
    }

    public int Choose(in ChoicePoint point) => _current!.Choose(point);

    public void End(in RunSummary run)
    {
        _current!.End(run);
        _runs++;
        if (_current == Search)
        {
            _short = run.Choices <= ShortRun;
        }
        else
        {
            _randomRuns++;
        }

        if (run.NewPoints)
        {
            Search.Restart();
            _pct.Restart();
            _urw.Restart();
        }
    }
}
