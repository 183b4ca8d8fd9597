using Braid.Checking.Engine;

namespace Braid.Checking.Strategies;

/// <summary>Random priorities of events, redrawn only where the order of two events matters.</summary>
/// <remarks>
/// <para>
/// Yuan, Yang, Gu: Partial order aware concurrency sampling, CAV 2018. Each pending step gets a random priority, and the highest is taken.
/// Then those that conflict with it draw again, so that they compete anew with what comes; the others keep theirs. This samples the orders
/// that differ in their outcome far more evenly than a random walk, and needs no knowledge of the program.
/// </para>
/// <para>
/// When a thread yields, all draw again: otherwise a spinning thread could draw often enough to stay above the low priority of the one it
/// waits for.
/// </para>
/// <para>
/// A timeout that could expire while something else could happen draws eight times and keeps the lowest: it comes first about as rarely as
/// with <see cref="StickyRandom"/>.
/// </para>
/// </remarks>
internal sealed class Pos(ulong seed) : ISampler
{
    private const uint Stream = 3;
    private const int TimeoutDraws = 8;

    private RandomSource _random;
    private ulong[] _priorities = new ulong[8];     // Of the pending step, by thread number. 0: not drawn yet.

    public bool Begin(int run)
    {
        _random = new RandomSource(seed, Stream, run);
        Array.Clear(_priorities);
        return true;
    }

    public int Choose(in ChoicePoint point)
    {
        if (point.Last is { } last && last.Index < _priorities.Length)
        {
            // It may have taken its step where there was no choice.
            _priorities[last.Index] = 0;
        }

        int top = 0;
        ulong highest = 0;
        for (int i = 0; i < point.Enabled.Length; i++)
        {
            ulong priority = Priority(point, i);
            if (priority > highest)
            {
                (top, highest) = (i, priority);
            }
        }

        Redraw(point, point.Enabled[top]);
        return top;
    }

    public void End(in RunSummary run)
    {
    }

    public ISampler Fork() => new Pos(seed);

    public void Join(ISampler fork)
    {
    }

    public void Restart()
    {
    }

    private ulong Priority(in ChoicePoint point, int place)
    {
        int index = point.Enabled[place].Index;
        if (index >= _priorities.Length)
        {
            Array.Resize(ref _priorities, 2 * index);
        }

        if (_priorities[index] == 0)
        {
            ulong priority = _random.Next();
            for (int draw = 1; draw < TimeoutDraws && point.IsTimeout(place); draw++)
            {
                priority = Math.Min(priority, _random.Next());
            }

            _priorities[index] = Math.Max(priority, 1);
        }

        return _priorities[index];
    }

    private void Redraw(in ChoicePoint point, ControlledThread chosen)
    {
        foreach (ControlledThread thread in point.All)
        {
            if (thread.Index < _priorities.Length
                && (thread == chosen || chosen.Pending.Kind == OperationKind.Yield || chosen.Pending.ConflictsWith(thread.Pending)))
            {
                _priorities[thread.Index] = 0;
            }
        }
    }
}
