using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Strategies;

/// <summary>One schedule of each order of the steps that conflict, instead of all schedules.</summary>
/// <remarks>
/// <para>
/// Flanagan, Godefroid: Dynamic partial-order reduction for model checking software, POPL 2005; with source sets and sleep sets as in
/// Abdulla, Aronsson, Jonsson, Sagonas: Source sets, JACM 2017. Two steps of different threads that touch no common object, or only read
/// it, have the same effect in either order, so only the order of the others is varied.
/// </para>
/// <para>
/// A run repeats the choices of the one before it up to a node, takes another thread there, and makes the default choices after it. After a
/// run, each pair of steps i before e of different threads that conflict, where i did not already come before the previous step of e's
/// thread, is a race: some run must take e, or a step that has to come before it, where i was. Its thread is added to those to take at that
/// node, unless one that serves the purpose is already among them. More pairs count as races here than in the papers, which take only those
/// with nothing in between: that costs runs, and loses none. A thread that waited at the node for what e needs is no alternative there; the
/// step that took it away comes earlier, and races too.
/// </para>
/// <para>
/// Sleep sets. When all runs in which thread p goes first at a node have been made, p sleeps in those that follow: until a step conflicts
/// with its own, continuing with p would repeat an order that has been seen. The step of a sleeping thread is known from the run in which
/// it was taken; objects that it was the first to touch have other numbers in other runs, so they conflict with everything that is new
/// there. If only sleeping threads can continue, the run is redundant: it is completed, and its races are not considered.
/// </para>
/// <para>
/// All this holds as far as the effects of steps are known (<see cref="StepTrace"/>). When a run does anything else, the search gives up,
/// and reports that.
/// </para>
/// </remarks>
internal sealed class PartialOrderSearch : IStrategy
{
    private const int MostThreads = 64;

    private readonly List<Node> _nodes = [];
    private int _prefix;            // nodes whose choice was decided before the run began
    private int _depth;
    private int _analyzed;            // steps at the start of the run whose races are known
    private int _end;               // races of later steps are not considered: the run is redundant from there on
    private bool _finished;

    /// <summary>The runs that have ended, redundant ones too.</summary>
    public int Runs { get; private set; }

    /// <summary>Runs whose order of conflicting steps another one has.</summary>
    public int Redundant { get; private set; }

    /// <summary>Why it has given up; null if it has not.</summary>
    public string? GaveUp { get; private set; }

    /// <summary>Whether each order of conflicting steps has been run.</summary>
    public bool Exhausted => _finished && GaveUp is null;

    public bool Begin(int run)
    {
        _nodes.RemoveRange(_prefix, _nodes.Count - _prefix);
        _depth = 0;
        _end = int.MaxValue;
        return !_finished;
    }

    public int Choose(in ChoicePoint point)
    {
        if (_end != int.MaxValue)
        {
            _depth++;
            return point.Default;
        }

        // So what a thread is about to touch is known at the node, whichever thread comes first there.
        StepTrace trace = point.Trace!;
        foreach (ControlledThread alive in point.All)
        {
            trace.Announce(alive.Pending.Target);
        }

        uint hash = ScheduleLog.Extend(_depth == 0 ? 0 : _nodes[_depth - 1].Hash, point);
        if (_depth < _nodes.Count)
        {
            Node known = _nodes[_depth];
            int place = point.PlaceOf(known.Chosen);
            if (place < 0 || known.Hash != hash)
            {
                throw new DivergedException(
                    _depth, "the choice that an earlier run with the same choices had", DivergedException.Names(point));
            }

            _depth++;
            return place;
        }

        Dictionary<int, Footprint>? sleep = Sleeping(trace);
        int chosen = sleep is null ? -1 : Awake(point, sleep);
        _depth++;
        if (chosen < 0)
        {
            _end = trace.Steps.Count;
            return point.Default;
        }

        int thread = point.Enabled[chosen].Index;
        var node = new Node(hash, trace.Steps.Count, trace.Objects, Indices(point), sleep!) { Chosen = thread };
        node.Backtrack.Add(node.Chosen);
        _nodes.Add(node);
        return chosen;
    }

    public void End(in RunSummary run)
    {
        StepTrace trace = run.Trace!;
        Runs++;
        if (run.NewPoints)
        {
            Restart();
            return;
        }

        if (_depth < _prefix)
        {
            throw new DivergedException(_depth, $"{Text.Count(_prefix, "choice")} or more", "the end of the run");
        }

        GaveUp = trace.Unknown
            ?? (run.Choices > _depth ? "a run that is very long" : run.Threads.Count > MostThreads ? "many threads" : null);
        if (GaveUp is not null)
        {
            _finished = true;
            return;
        }

        if (_end == int.MaxValue && Sleeping(trace) is null)
        {
            _end = trace.Steps.Count;
            Redundant++;
        }
        else if (_end != int.MaxValue)
        {
            Redundant++;
        }

        new RaceFinder(trace, _nodes).AddAlternatives(_analyzed, Math.Min(_end, trace.Steps.Count), isWhole: _end == int.MaxValue);
        _finished = !NextAlternative(trace);
        _prefix = _nodes.Count;
    }

    /// <summary>Restarts: there are more scheduling points now.</summary>
    public void Restart()
    {
        _nodes.Clear();
        (_prefix, _analyzed, Runs, Redundant) = (0, 0, 0, 0);
        (_finished, GaveUp) = (false, null);
    }

    private static int[] Indices(in ChoicePoint point)
    {
        int[] indices = new int[point.Enabled.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = point.Enabled[i].Index;
        }

        return indices;
    }

    /// <returns>The place of a thread that does not sleep, that of the default if possible; -1 if all sleep.</returns>
    private static int Awake(in ChoicePoint point, Dictionary<int, Footprint> sleep)
    {
        int standard = point.Default;
        if (!sleep.ContainsKey(point.Enabled[standard].Index))
        {
            return standard;
        }

        for (int i = 0; i < point.Enabled.Length; i++)
        {
            if (!sleep.ContainsKey(point.Enabled[i].Index))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The threads that still sleep after the steps since the last node.</summary>
    /// <returns>Null if one of them has continued, because there was no choice: the run is redundant.</returns>
    private Dictionary<int, Footprint>? Sleeping(StepTrace trace)
    {
        if (_nodes.Count == 0)
        {
            return [];
        }

        Node last = _nodes[^1];
        var sleep = new Dictionary<int, Footprint>(last.Sleep);
        sleep.Remove(last.Chosen);
        for (int i = last.Step; i < trace.Steps.Count && sleep.Count > 0; i++)
        {
            StepTrace.Step step = trace.Steps[i];
            if (sleep.ContainsKey(step.Thread))
            {
                return null;
            }

            foreach ((int thread, Footprint its) in sleep)
            {
                if (its.ConflictsWith(step))
                {
                    sleep.Remove(thread);
                }
            }
        }

        return sleep;
    }

    /// <summary>Backtracks to the deepest node with another thread to take.</summary>
    private bool NextAlternative(StepTrace trace)
    {
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            Node node = _nodes[i];
            node.Sleep[node.Chosen] = new Footprint(trace.Steps[node.Step], node.Objects);
            int next = node.Backtrack.Find(thread => !node.Sleep.ContainsKey(thread));
            if (node.Backtrack.Exists(thread => !node.Sleep.ContainsKey(thread)))
            {
                _nodes.RemoveRange(i + 1, _nodes.Count - i - 1);
                node.Chosen = next;
                _analyzed = node.Step;
                return true;
            }
        }

        _nodes.Clear();
        return false;
    }

    /// <summary>A choice on the path of the search.</summary>
    /// <param name="hash">The hash of all alternatives up to here.</param>
    /// <param name="step">How many steps came before it.</param>
    /// <param name="objects">How many objects had been touched before it.</param>
    /// <param name="enabled">The threads that could continue.</param>
    /// <param name="sleep">Those that need not, here or after steps that do not conflict with theirs.</param>
    internal sealed class Node(uint hash, int step, int objects, int[] enabled, Dictionary<int, Footprint> sleep)
    {
        public uint Hash => hash;

        public int Step => step;

        public int Objects => objects;

        public int[] Enabled => enabled;

        public Dictionary<int, Footprint> Sleep => sleep;

        /// <summary>The thread that continues in this run.</summary>
        public int Chosen { get; set; }

        /// <summary>The threads that must continue here in some run.</summary>
        public List<int> Backtrack { get; } = [];
    }

    /// <summary>What the next step of a sleeping thread touches, in terms that other runs have too.</summary>
    internal sealed class Footprint
    {
        private readonly StepTrace.Step _step;
        private readonly int _known;            // Objects from this number on were new, and have other numbers in other runs.
        private readonly bool _touchesNew;

        public Footprint(StepTrace.Step step, int known)
        {
            (_step, _known) = (step, known);
            _touchesNew = step.Touched.Any(touch => touch.Object >= known);
        }

        public bool ConflictsWith(StepTrace.Step other)
        {
            if (_step.TouchesAll || other.TouchesAll || _step.MeetsRange(other))
            {
                return true;
            }

            foreach (StepTrace.Use its in other.Touched)
            {
                if (its.Object >= _known
                    ? _touchesNew
                    : _step.Touched.Any(touch => touch.Object == its.Object && !(touch.Reads && its.Reads)))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
