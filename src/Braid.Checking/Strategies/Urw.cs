using Braid.Checking.Engine;

namespace Braid.Checking.Strategies;

/// <summary>
/// Chooses a thread with a probability proportional to its remaining steps, so that all interleavings occur about equally often.
/// </summary>
/// <remarks>
/// Zhao, Wolff, Mathur, Roychoudhury: Selectively uniform concurrency testing, ASPLOS 2025; this is the part that is not selective. A
/// uniform walk favours schedules in which short threads come early: with equal chances the one with few steps is soon done. The number of
/// a thread's steps is taken from the longest run seen, by the thread's path, which is the same in each run. An unknown thread counts as
/// one step. It is the best of the mix when many threads have to meet, as in a ring of philosophers.
/// </remarks>
internal sealed class Urw(ulong seed) : ISampler
{
    private const uint Stream = 4;

    // Against 1 for a timeout that could expire while something else could happen.
    private const int ThreadWeight = 8;

    private readonly Dictionary<string, int> _steps = [];
    private RandomSource _random;

    public bool Begin(int run)
    {
        _random = new RandomSource(seed, Stream, run);
        return true;
    }

    public int Choose(in ChoicePoint point)
    {
        int total = 0;
        for (int i = 0; i < point.Enabled.Length; i++)
        {
            total += Weight(point, i);
        }

        int draw = _random.Below(total);
        int chosen = 0;
        for (draw -= Weight(point, 0); draw >= 0; draw -= Weight(point, chosen))
        {
            chosen++;
        }

        return chosen;
    }

    public void End(in RunSummary run)
    {
        foreach (ControlledThread thread in run.Threads)
        {
            Learn(thread.Path, thread.NextStep);
        }
    }

    public ISampler Fork()
    {
        var fork = new Urw(seed);
        fork.Join(this);
        return fork;
    }

    public void Join(ISampler fork)
    {
        foreach ((string path, int steps) in ((Urw)fork)._steps)
        {
            Learn(path, steps);
        }
    }

    public void Restart() => _steps.Clear();

    private void Learn(string path, int steps) => _steps[path] = Math.Max(steps, _steps.GetValueOrDefault(path));

    private int Weight(in ChoicePoint point, int index)
    {
        ControlledThread thread = point.Enabled[index];
        int left = Math.Max(1, _steps.GetValueOrDefault(thread.Path) - thread.NextStep);
        return point.IsTimeout(index) ? left : ThreadWeight * left;
    }
}
