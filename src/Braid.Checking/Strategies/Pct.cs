using Braid.Checking.Engine;

namespace Braid.Checking.Strategies;

/// <summary>Random priorities that change at a few random moments.</summary>
/// <remarks>
/// <para>
/// Burckhardt, Kothari, Musuvathi, Nagarakatte: A randomized scheduler with probabilistic guarantees of finding bugs, ASPLOS 2010.
/// Each thread gets a random priority, and the enabled thread with the highest priority runs. At d-1 random steps of the run, the thread
/// about to run falls below all others. A bug that needs d events in a certain order is then found with a probability of at least 1/(n
/// k^(d-1)), for n threads and k steps.
/// </para>
/// <para>
/// As in the paper, and unlike in most tools, all steps count, even those that leave no choice. A change that falls on such a step lowers
/// the thread that took it. The number of steps is learnt: the first run has no preemption; later see <see cref="RunLengths"/>, and one
/// draw in ten falls beyond. Three runs in four use d = 3; the others use 1, 2, 4 and 5 in turn, since no d is best for every program.
/// </para>
/// <para>
/// A thread that yields falls below all others; otherwise one that spins at high priority would never let the others do what it waits for.
/// A run that is much longer than usual continues at random for the same reason.
/// </para>
/// </remarks>
internal sealed class Pct(ulong seed) : ISampler
{
    private const uint Stream = 2;
    private const int UsualChanges = 2;
    private const int MostChanges = 4;
    private const int TimesTypicalLength = 8;
    private const long LowestInitial = 1L << 32;

    private readonly RunLengths _lengths = new();
    private readonly List<int> _learnt = [];        // the lengths of a fork's own runs
    private readonly int[] _changes = new int[MostChanges];
    private RandomSource _random;
    private long[] _priorities = new long[8];       // By thread number. 0: not seen yet.
    private bool[] _yielding = new bool[8];
    private long _nextLowest;
    private int _nextChange;
    private int _changeCount;
    private int _fairAfter;
    private bool _isFork;
    private bool _nonPreemptive;

    public bool Begin(int run)
    {
        _random = new RandomSource(seed, Stream, run);
        Array.Clear(_priorities);
        Array.Clear(_yielding);
        _nextLowest = LowestInitial;
        _nonPreemptive = _lengths.IsEmpty;
        _fairAfter = _nonPreemptive ? int.MaxValue : (int)Math.Min((long)_lengths.Typical * TimesTypicalLength, int.MaxValue);
        DrawChanges();
        return true;
    }

    public int Choose(in ChoicePoint point)
    {
        if (_nonPreemptive)
        {
            return point.Default;
        }

        if (point.Step > _fairAfter)
        {
            return _random.Below(point.Enabled.Length);
        }

        Observe(point);
        for (; _nextChange < _changeCount && _changes[_nextChange] < point.Step; _nextChange++)
        {
            if (point.Last is { } last)
            {
                Lower(last.Index);
            }
        }

        int top = Highest(point);
        for (; _nextChange < _changeCount && _changes[_nextChange] == point.Step; _nextChange++)
        {
            Lower(point.Enabled[top].Index);
            top = Highest(point);
        }

        return top;
    }

    public void End(in RunSummary run)
    {
        if (run.NewPoints)
        {
            Restart();
            return;
        }

        _lengths.Add(run.Steps);
        if (_isFork)
        {
            _learnt.Add(run.Steps);
        }
    }

    public ISampler Fork()
    {
        var fork = new Pct(seed) { _isFork = true };
        fork._lengths.CopyFrom(_lengths);
        return fork;
    }

    public void Join(ISampler fork) => ((Pct)fork)._learnt.ForEach(_lengths.Add);

    public void Restart() => _lengths.Clear();

    private void DrawChanges()
    {
        _nextChange = 0;
        _changeCount = UsualChanges;
        if (_random.OneIn(4))
        {
            int other = _random.Below(MostChanges);
            _changeCount = other < UsualChanges ? other : other + 1;
        }

        for (int i = 0; i < _changeCount; i++)
        {
            int step = 1 + _random.Below(_lengths.Typical);
            _changes[i] = _random.OneIn(10) ? step + _lengths.Typical : step;
        }

        _changes.AsSpan(0, _changeCount).Sort();
    }

    /// <summary>Gives new threads a priority, and lowers threads that are about to yield.</summary>
    private void Observe(in ChoicePoint point)
    {
        foreach (ControlledThread thread in point.All)
        {
            int index = thread.Index;
            if (index >= _priorities.Length)
            {
                Array.Resize(ref _priorities, 2 * index);
                Array.Resize(ref _yielding, 2 * index);
            }

            if (_priorities[index] == 0)
            {
                _priorities[index] = LowestInitial + (long)(_random.Next() >> 2);
            }

            bool yields = thread.Pending.Kind == OperationKind.Yield;
            if (yields && !_yielding[index])
            {
                Lower(index);
            }

            _yielding[index] = yields;
        }
    }

    private void Lower(int thread) => _priorities[thread] = --_nextLowest;

    private int Highest(in ChoicePoint point)
    {
        int top = 0;
        for (int i = 1; i < point.Enabled.Length; i++)
        {
            if (_priorities[point.Enabled[i].Index] > _priorities[point.Enabled[top].Index])
            {
                top = i;
            }
        }

        return top;
    }
}
