namespace Braid.Checking.Strategies;

/// <summary>Random, but a thread runs for a while before another is chosen.</summary>
/// <remarks>
/// A thread that can continue does so in all but one of two, four or eight cases; otherwise one of the others is drawn uniformly. Coyote
/// calls this the probabilistic strategy, and uses eight. Long stretches without a switch reach states that a uniform walk hardly ever
/// sees; but in a short program that needs two switches at certain moments, eight finds nothing for a long time (balance, in the tests: 96
/// schedules, against 9). So each run draws one of the three, which costs at most three times the best of them. A timeout that could expire
/// while something else could happen is drawn eight times less often than a thread.
/// </remarks>
internal sealed class StickyRandom(ulong seed) : ISampler
{
    private const uint Stream = 1;
    private const int Stickinesses = 3;
    private const int ThreadWeight = 8;
    private const int TimeoutWeight = 1;

    private RandomSource _random;
    private int _oneSwitchIn;

    public bool Begin(int run)
    {
        _random = new RandomSource(seed, Stream, run);
        _oneSwitchIn = 2 << _random.Below(Stickinesses);
        return true;
    }

    public int Choose(in ChoicePoint point)
    {
        int continuing = point.Continuing;
        if (continuing >= 0 && !_random.OneIn(_oneSwitchIn))
        {
            return continuing;
        }

        int total = 0;
        for (int i = 0; i < point.Enabled.Length; i++)
        {
            total += Weight(point, i, continuing);
        }

        int draw = _random.Below(total);
        int chosen = 0;
        for (draw -= Weight(point, 0, continuing); draw >= 0; draw -= Weight(point, chosen, continuing))
        {
            chosen++;
        }

        return chosen;
    }

    public void End(in RunSummary run)
    {
    }

    public ISampler Fork() => new StickyRandom(seed);

    public void Join(ISampler fork)
    {
    }

    public void Restart()
    {
    }

    private static int Weight(in ChoicePoint point, int index, int continuing) =>
        index == continuing ? 0
        : point.IsTimeout(index) ? TimeoutWeight
        : ThreadWeight;
}
