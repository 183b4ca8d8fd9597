namespace Braid.Soundness;

/// <summary>Finds everything that can happen in a program, by trying every order of its operations.</summary>
/// <remarks>
/// <para>
/// It knows nothing of the checker, and leaves nothing out: from each moment it goes on with each thread that can. An operation is one step; those that first look whether they are
/// allowed and then wait are two. Memory is sequentially consistent.
/// </para>
/// <para>
/// Time moves when nobody can go on: then the alarms that are due within an eighth of the time until the first, at least 1 and at most 16 ms, may ring, in any order and
/// mixed with the steps of the others. With a racing clock each may ring at any moment, after those that are due before it.
/// </para>
/// <para>
/// Two accesses of one place race when one writes, not both are atomic or volatile, and the later one's thread does not know the earlier one: it knows what it has done itself,
/// and what those knew from whom it has got something, a lock, a permit, a signal, a value, an end.
/// </para>
/// </remarks>
internal sealed partial class Interpreter
{
    private const int Microseconds = 1_000;
    private const int ShortestWindow = 1_000;
    private const int LongestWindow = 16_000;

    private readonly SmallProgram _program;
    private readonly int _most;
    private readonly HashSet<string> _seen = [];
    private readonly Dictionary<int, Made> _accesses = [];
    private Made? _made;

    private Interpreter(SmallProgram program, int most) => (_program, _most) = (program, most);

    /// <summary>How runs can end, with what each operation has returned.</summary>
    public SortedSet<string> Outcomes { get; } = new(StringComparer.Ordinal);

    /// <summary>Pairs of operations that race and can both be the next to happen.</summary>
    public SortedSet<(int, int)> Adjacent { get; } = [];

    /// <summary>Pairs of operations that race: nothing but time, perhaps, orders them.</summary>
    public SortedSet<(int, int)> Unordered { get; } = [];

    /// <summary>For each object with operations that race: these.</summary>
    public IEnumerable<IGrouping<int, (int, int)>> UnorderedByThing => Unordered.GroupBy(pair => _accesses.Values.First(access => access.Op.Id == pair.Item1).Thing);

    /// <summary>There are more moments than one wants to look at.</summary>
    public bool IsTooLarge => _seen.Count > _most;

    /// <param name="program">What to run.</param>
    /// <param name="most">Moments to look at.</param>
    public static Interpreter Run(SmallProgram program, int most)
    {
        var interpreter = new Interpreter(program, most);
        interpreter.Visit(interpreter.First());
        return interpreter;
    }

    private State First()
    {
        var state = new State
        {
            Runners = [.. _program.Threads.Select(plan => new Runner())],
            Cells = [.. _program.Things.Select(thing => new Cell { IsSet = thing.First == 1 })],
            Results = [.. Enumerable.Repeat("", _program.OpCount)],
        };
        for (int i = 0; i < _program.Things.Count; i++)
        {
            if (_program.Things[i].Kind == ThingKind.SemaphoreSlim)
            {
                state.Cells[i].Permits = [.. Enumerable.Repeat(0UL, _program.Things[i].First)];
            }
        }

        for (int t = 0; t < state.Runners.Length; t++)
        {
            if (_program.Threads[t] is { Role: ThreadRole.Callback, Owner: var timer })
            {
                Arm(state, t, _program.Things[timer].First);
            }
        }

        Runner main = state.Runners[0];
        (main.IsAlive, main.Phase) = (true, 0);
        Arrive(state, 0);
        return state;
    }

    private void Visit(State state)
    {
        if (IsTooLarge || !_seen.Add(state.Key()))
        {
            return;
        }

        if (state.End is not null)
        {
            Outcomes.Add(state.End);
            return;
        }

        bool stands = true;
        List<Made> others = [];
        for (int t = 0; t < state.Runners.Length; t++)
        {
            if (CanStep(state, t) || CanRing(state, t))
            {
                stands = false;
                State next = state.Copy();
                if (CanStep(state, t))
                {
                    _made = null;
                    Step(next, t);
                    if (_made is { } made)
                    {
                        AddAdjacent(others, made);
                        others.Add(made);
                    }
                }
                else
                {
                    RingUntil(next, t);
                }

                Visit(next);
            }
        }

        if (stands)
        {
            State next = state.Copy();
            if (!OpenWindow(next))
            {
                next.End = Enumerable.Range(0, next.Runners.Length).Any(t => IsInRing(next, t)) ? "deadlock in a ring" : $"deadlock: {Text(next)}";
            }

            Visit(next);
        }
    }

    private Op? OpOf(Runner runner, ThreadPlan plan) => runner.Next < plan.Ops.Count ? plan.Ops[runner.Next] : null;

    private bool CanStep(State state, int t)
    {
        Runner runner = state.Runners[t];
        return runner is { IsAlive: true, HasEnded: false } && runner.Phase != Runner.Armed
            && (runner.Phase == Runner.Starting || !MustWait(state, t, OpOf(runner, _program.Threads[t])!));
    }

    private bool CanRing(State state, int t) => state.Runners[t] is { IsAlive: true, Due: >= 0 } runner && (_program.Racing || runner.MayRing);

    private void Step(State state, int t)
    {
        Runner runner = state.Runners[t];
        ThreadPlan plan = _program.Threads[t];
        if (runner.Phase == Runner.Starting)
        {
            runner.Phase = 0;
            if (plan.Owner >= 0 && (state.Cells[plan.Owner].IsDisposed || state.Cells[plan.Owner].IsSet))
            {
                // Disposed, or cancelled, between its time and its first step.
                runner.HasEnded = true;
                return;
            }

            Arrive(state, t);
            return;
        }

        runner.Due = -1;
        Do(state, t, OpOf(runner, plan)!);
    }

    /// <summary>The operation has returned, and the thread comes to the next.</summary>
    private void Return(State state, int t, object? result = null)
    {
        Runner runner = state.Runners[t];
        Op op = OpOf(runner, _program.Threads[t])!;
        if (op.Id < state.Results.Length)
        {
            state.Results[op.Id] = $"{result}";
        }

        runner.Next++;
        GoTo(state, t, 0);
    }

    /// <summary>The operation has thrown.</summary>
    private void Throw(State state, int t, string exception)
    {
        if (_program.Threads[t].IsBare)
        {
            state.End ??= $"exception {exception}";
            return;
        }

        Return(state, t, exception);
    }

    private void GoTo(State state, int t, int phase)
    {
        Runner runner = state.Runners[t];
        (runner.Phase, runner.Woken, runner.Due, runner.MayRing) = (phase, Wake.None, -1, false);
        Arrive(state, t);
    }

    /// <summary>The thread has come to what it does next, or to its end.</summary>
    private void Arrive(State state, int t)
    {
        Runner runner = state.Runners[t];
        if (OpOf(runner, _program.Threads[t]) is not { } op)
        {
            EndThread(state, t);
            return;
        }

        if (IsTimedWait(op, runner.Phase))
        {
            runner.Due = state.Now + (op.Limit * Microseconds);
        }
        else if (runner.Phase == 0 && IsInRing(state, t))
        {
            state.End ??= "deadlock in a ring";
        }
    }

    private void EndThread(State state, int t)
    {
        state.Runners[t].HasEnded = true;
        for (int i = 0; i < state.Cells.Length; i++)
        {
            if (_program.Things[i].Kind is ThingKind.Monitor or ThingKind.Lock && state.Cells[i].Owner == t)
            {
                state.End ??= "leaked lock";
            }
        }

        if (Enumerable.Range(0, state.Runners.Length).All(i => _program.Threads[i].Role is ThreadRole.Callback or ThreadRole.Delay || state.Runners[i].HasEnded))
        {
            state.End ??= $"ends: {Text(state)}";
        }
    }

    private static void Arm(State state, int t, int milliseconds)
    {
        Runner runner = state.Runners[t];
        (runner.IsAlive, runner.HasEnded, runner.Next, runner.Phase, runner.MayRing) = (true, false, 0, Runner.Armed, false);
        runner.Due = state.Now + (milliseconds * Microseconds);
    }

    /// <summary>It shall not begin, unless its time has come already.</summary>
    private static void Disarm(State state, int t)
    {
        if (state.Runners[t].Phase == Runner.Armed)
        {
            (state.Runners[t].IsAlive, state.Runners[t].Due, state.Runners[t].MayRing) = (false, -1, false);
        }
    }

    private bool OpenWindow(State state)
    {
        int first = state.Runners.Where(runner => runner is { IsAlive: true, Due: >= 0 }).Select(runner => runner.Due).DefaultIfEmpty(-1).Min();
        int end = first + Math.Clamp((first - state.Now) / 8, ShortestWindow, LongestWindow);
        foreach (Runner runner in state.Runners)
        {
            runner.MayRing = runner is { IsAlive: true, Due: >= 0 } && runner.Due <= end;
        }

        return first >= 0;
    }

    private void RingUntil(State state, int last)
    {
        int due = state.Runners[last].Due;
        if (_program.Racing)
        {
            foreach (int t in Enumerable.Range(0, state.Runners.Length).Where(t => state.Runners[t] is { IsAlive: true, Due: >= 0 } runner && runner.Due < due && !CanStep(state, t)).OrderBy(t => state.Runners[t].Due))
            {
                Ring(state, t);
            }
        }

        Ring(state, last);
    }

    private void Ring(State state, int t)
    {
        Runner runner = state.Runners[t];
        state.Now = Math.Max(state.Now, runner.Due);
        (runner.Due, runner.MayRing) = (-1, false);
        if (runner.Phase == Runner.Armed)
        {
            runner.Phase = Runner.Starting;
            return;
        }

        if (runner.Woken == Wake.None)
        {
            runner.Woken = Wake.TimedOut;
            Op op = OpOf(runner, _program.Threads[t])!;
            if (op.Thing >= 0 && op.Verb == Verb.Wait)
            {
                state.Cells[op.Thing].Line.Remove(t);
                runner.Phase = _program.Things[op.Thing].Kind == ThingKind.Monitor ? 2 : runner.Phase;
            }
        }
    }

    /// <summary>Whether the thread waits, without a time limit, for one who waits for it.</summary>
    private bool IsInRing(State state, int start)
    {
        int t = start;
        for (int i = 0; i <= state.Runners.Length; i++)
        {
            t = AwaitedBy(state, t);
            if (t < 0 || t == start)
            {
                return t == start;
            }
        }

        return false;
    }

    private int AwaitedBy(State state, int t)
    {
        Runner runner = state.Runners[t];
        if (runner is not { IsAlive: true, HasEnded: false, Due: < 0, Phase: >= 0 } || CanStep(state, t))
        {
            return -1;
        }

        Op op = OpOf(runner, _program.Threads[t])!;
        return op.Verb == Verb.Join ? op.Thing
            : op.Thing >= 0 && _program.Things[op.Thing].Kind is ThingKind.Monitor or ThingKind.Lock && (op.Verb == Verb.Enter || runner.Phase == 2) ? state.Cells[op.Thing].Owner
            : -1;
    }

    /// <summary>An access of a place: by whom, and whether it writes and orders others.</summary>
    private void Access(State state, int t, Op op, bool writes, bool orders = false)
    {
        ulong knows = state.Runners[t].Knows;
        var made = new Made(t, op, op.Thing, writes, orders);
        for (int i = 0; i < 64; i++)
        {
            if ((state.Accesses & ~knows & (1UL << i)) != 0)
            {
                if (_accesses[i].RacesWith(made))
                {
                    Unordered.Add(made.With(_accesses[i]));
                }
            }
        }

        int number = (2 * op.Id) + (writes ? 1 : 0);
        _accesses[number] = made;
        _made = made;
        state.Accesses |= 1UL << number;
        state.Runners[t].Knows |= 1UL << number;
    }

    private void AddAdjacent(List<Made> others, Made made)
    {
        foreach (Made other in others.Where(other => other.RacesWith(made)))
        {
            Adjacent.Add(made.With(other));
        }
    }

    private static void Publish(State state, int t, Cell cell) => cell.Published |= state.Runners[t].Knows;

    private static void Learn(State state, int t, Cell cell) => state.Runners[t].Knows |= cell.Published;

    private string Text(State state)
    {
        string results = string.Join(" ", state.Results.Select((result, i) => $"{i}:{result}"));
        return $"{results} |{string.Concat(_program.Things.Select((thing, i) => _program.CanShow(thing) ? Shown(thing, state.Cells[i]) : ""))}";
    }

    private static string Shown(Thing thing, Cell cell) => thing.Kind switch
    {
        ThingKind.Field or ThingKind.Volatile or ThingKind.Atomic => $" {thing.Name}={cell.Number}",
        ThingKind.Box => $" {thing.Name}={InBox(cell)}",
        ThingKind.ConcurrentBag => $" {thing.Name}={cell.Items.Count}",
        ThingKind.ConcurrentStack => $" {thing.Name}=[{string.Join(",", Enumerable.Reverse(cell.Items))}]",
        ThingKind.Dictionary or ThingKind.ConcurrentDictionary or ThingKind.ConcurrentTexts => $" {thing.Name}=[{string.Join(",", cell.Items.Chunk(2).OrderBy(pair => pair[0]).SelectMany(pair => pair))}]",
        ThingKind.List or ThingKind.ConcurrentQueue or ThingKind.BlockingCollection => $" {thing.Name}=[{string.Join(",", cell.Items)}]",
        _ => "",
    };

    /// <summary>An access of a place.</summary>
    /// <param name="Thread">Whose.</param>
    /// <param name="Op">By which operation.</param>
    /// <param name="Thing">Of what.</param>
    /// <param name="Writes">Whether it changes it.</param>
    /// <param name="Orders">It is volatile or atomic.</param>
    private sealed record Made(int Thread, Op Op, int Thing, bool Writes, bool Orders)
    {
        public bool RacesWith(Made other) => Thread != other.Thread && Thing == other.Thing && (Writes || other.Writes) && !(Orders && other.Orders);

        public (int, int) With(Made other) => (Math.Min(Op.Id, other.Op.Id), Math.Max(Op.Id, other.Op.Id));
    }
}
