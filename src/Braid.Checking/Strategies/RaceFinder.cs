using Braid.Checking.Engine;

namespace Braid.Checking.Strategies;

/// <summary>Finds the pairs of steps of a run whose order has to be tried the other way round.</summary>
internal sealed class RaceFinder
{
    private readonly StepTrace _trace;
    private readonly Dictionary<int, PartialOrderSearch.Node> _nodeOf = [];     // by the number of the step that it chose
    private readonly List<StepTrace.Step> _steps;
    private readonly ulong[][] _before;     // by step: a bit for each step that has to come before it

    public RaceFinder(StepTrace trace, List<PartialOrderSearch.Node> nodes)
    {
        _trace = trace;
        foreach (PartialOrderSearch.Node node in nodes)
        {
            _nodeOf[node.Step] = node;
        }

        _steps = [.. trace.Steps, .. trace.Pending.Select(Predict)];
        _before = new ulong[_steps.Count][];
        for (int e = 0; e < trace.Steps.Count; e++)
        {
            _before[e] = Before(e);
        }
    }

    /// <summary>Adds to the nodes what the races of the steps in this range ask for.</summary>
    /// <param name="from">The first step whose races are not known yet.</param>
    /// <param name="to">The number of steps that are looked at.</param>
    /// <param name="isWhole">Whether that is the whole run: then what threads were about to do at its end counts as well.</param>
    public void AddAlternatives(int from, int to, bool isWhole)
    {
        for (int e = from; e < to; e++)
        {
            AddRacesOf(e, e);
        }

        for (int e = _trace.Steps.Count; isWhole && e < _steps.Count; e++)
        {
            AddRacesOf(e, _trace.Steps.Count);
        }
    }

    private static StepTrace.Step Predict((int Thread, StepTrace.Use? Target) pending)
    {
        var step = new StepTrace.Step(pending.Thread);
        if (pending.Target is { } target)
        {
            step.Add(target with { Reads = false }, isMemory: true);
        }
        else
        {
            step.TouchAll();
        }

        return step;
    }

    /// <param name="e">The later step.</param>
    /// <param name="end">The steps before this number came before it.</param>
    private void AddRacesOf(int e, int end)
    {
        int previous = PreviousOf(e, end);
        for (int i = 0; i < end; i++)
        {
            bool isOrdered = previous >= 0 && (i == previous || Is(i, previous));
            if (_steps[i].Thread == _steps[e].Thread || !_steps[i].ConflictsWith(_steps[e]) || isOrdered
                || _trace.MadeIn(_steps[e].Thread) > i || !_nodeOf.TryGetValue(i, out PartialOrderSearch.Node? node))
            {
                continue;
            }

            // Its thread stood at this step already, and could not do it.
            if (previous < i && Array.IndexOf(node.Enabled, _steps[e].Thread) < 0)
            {
                continue;
            }

            AddAlternative(node, i, e, end);
        }
    }

    private int PreviousOf(int e, int end)
    {
        int previous = end - 1;
        while (previous >= 0 && _steps[previous].Thread != _steps[e].Thread)
        {
            previous--;
        }

        return previous;
    }

    private void AddAlternative(PartialOrderSearch.Node node, int i, int e, int end)
    {
        // What does not have to come after i, and then e. Its initials are the threads that could take the first step of it.
        List<int> later = [];
        for (int s = i + 1; s < end; s++)
        {
            if (!Is(i, s))
            {
                later.Add(s);
            }
        }

        List<int> initials = [];
        var seen = new HashSet<int>();
        foreach (int s in later)
        {
            if (seen.Add(_steps[s].Thread) && !later.Exists(t => t < s && Is(t, s)))
            {
                initials.Add(_steps[s].Thread);
            }
        }

        if (seen.Add(_steps[e].Thread) && !later.Exists(t => _steps[t].ConflictsWith(_steps[e])))
        {
            initials.Add(_steps[e].Thread);
        }

        if (initials.Exists(thread => node.Backtrack.Contains(thread) || node.Sleep.ContainsKey(thread)))
        {
            return;
        }

        List<int> possible = initials.FindAll(thread => Array.IndexOf(node.Enabled, thread) >= 0);
        if (possible.Count > 0)
        {
            node.Backtrack.Add(possible.Contains(_steps[e].Thread) ? _steps[e].Thread : possible[0]);
        }
        else
        {
            node.Backtrack.AddRange(node.Enabled.Where(thread => !node.Backtrack.Contains(thread)));
        }
    }

    /// <summary>Whether step a has to come before step b.</summary>
    private bool Is(int a, int b) => (_before[b][a >> 6] & (1UL << (a & 63))) != 0;

    private ulong[] Before(int e)
    {
        ulong[] before = new ulong[(_steps.Count >> 6) + 1];
        for (int i = 0; i < e; i++)
        {
            if (_steps[i].Thread == _steps[e].Thread || _steps[i].ConflictsWith(_steps[e]))
            {
                before[i >> 6] |= 1UL << (i & 63);
                for (int word = 0; word < before.Length; word++)
                {
                    before[word] |= _before[i][word];
                }
            }
        }

        return before;
    }
}
