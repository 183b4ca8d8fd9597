namespace Braid.Checking.Strategies;

/// <summary>Random, but a thread goes on for a while before another is chosen.</summary>
/// <remarks>
/// A thread that can go on does so in seven cases of eight; else one of the others is drawn evenly. Long stretches without a switch reach states that
/// an even walk hardly ever sees, and bugs need few switches as a rule. Coyote calls it the probabilistic strategy.
/// A time limit that could run out while something else could happen is drawn eight times less often than a thread.
/// </remarks>
internal sealed class StickyRandom(ulong seed) : IStrategy
{
    private const uint Stream = 1;
    private const int OneSwitchIn = 8;
    private const int ThreadWeight = 8;
    private const int TimeoutWeight = 1;

    private RandomSource _random;

    public bool Begin(int run)
    {
        _random = new RandomSource(seed, Stream, run);
        return true;
    }

    public int Choose(in ChoicePoint point)
    {
        int continuing = point.Continuing;
        if (continuing >= 0 && !_random.OneIn(OneSwitchIn))
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

    private static int Weight(in ChoicePoint point, int index, int continuing) =>
        index == continuing ? 0
        : point.IsTimeout(index) ? TimeoutWeight
        : ThreadWeight;
}
