using Braid.Checking.Memory;
using Braid.Checking.Oracles;
using Braid.Checking.Strategies;

namespace Braid.Checking.Engine;

/// <summary>Runs a body under one schedule after another, one thread at a time.</summary>
/// <remarks>
/// <para>
/// Goals: every interleaving that matters is a sequence of choices; equal choices give equal runs; a step without a switch costs no more
/// than a look over the threads.
/// </para>
/// <para>
/// Protocol. A controlled thread that is about to do something visible announces it (<see cref="ControlledThread.Pending"/>) and calls
/// <see cref="Schedule"/>. That looks which threads could do their announced step now, asks the strategy if there is more than
/// one, and hands the baton to the chosen thread, which then does its step and runs on to its next announcement. A step
/// that has to wait for something is simply not enabled until that is there, so it never fails and is never retried; and when no step
/// is enabled, nothing can ever happen again unless time passes: the clock moves to its next alarm, or the run is a deadlock.
/// </para>
/// <para>
/// Where there is no scheduling point. Before releasing a lock, pulsing (the lock is held), starting a thread, and joining one that has
/// ended: these commute with whatever the others could do in between, so switching there shows nothing that switching a step earlier or later does not.
/// A failed attempt can see the moment before a release; once a run has made an attempt, <see cref="Points.Releases"/> adds those points.
/// Giving a permit back while others are left is a point: who takes one of those before is not ordered by this one, and who takes it after is.
/// </para>
/// <para>
/// Memory ordering. All state here belongs to whoever holds the baton; giving and getting it are full fences. Only <see cref="Progress"/>
/// is read by another thread, the watchdog.
/// </para>
/// <para>
/// The end. The caller's own thread runs the body and, after it, the rest of the exploration. A run ends when the body and all
/// foreground threads have ended, or when a fault is found: then each other thread is resumed once and thrown out by <see cref="RunEndedException"/>.
/// </para>
/// </remarks>
internal sealed partial class Execution : IDisposable
{
    private readonly WorkerPool _pool = new();
    private readonly Worker _caller;
    private readonly EndOfProgram _end = new();
    private readonly List<ControlledThread> _threads = [];
    private ControlledThread[] _alive = new ControlledThread[8];
    private ControlledThread[] _enabled = new ControlledThread[8];
    private int _aliveCount;
    private IStrategy? _strategy;
    private ControlledThread? _last;
    private int _foreground;

    public Execution(ExecutionSettings settings)
    {
        Settings = settings;
        _caller = Worker.ForCaller(_pool);
        Clock = new VirtualClock();
        Resources = new ResourceTable();
        Variables = new VariableTable(this);
    }

    public ExecutionSettings Settings { get; }

    public VirtualClock Clock { get; }

    /// <summary>Shadow states of the objects that this run has used.</summary>
    public ResourceTable Resources { get; }

    public VariableTable Variables { get; }

    /// <summary>Where memory accesses and releases are scheduling points in this run.</summary>
    public Points Points { get; private set; } = new();

    /// <summary>What later runs have to treat as scheduling points too; found in this run.</summary>
    public Points Found { get; } = new();

    /// <summary>What this run has chosen.</summary>
    public ScheduleLog Log { get; } = new();

    /// <summary>Set while every step is to be written down for the report.</summary>
    public IRecorder? Recorder { get; set; }

    /// <summary>The first fault of this run.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Races that this run has shown for the first time. They do not end it: later runs are to show what they lead to.</summary>
    public List<RaceNote> RaceNotes { get; } = [];

    /// <summary>The run is over, and all threads leave.</summary>
    public bool Ending { get; private set; }

    /// <summary>Scheduling points so far.</summary>
    public int Steps { get; private set; }

    /// <summary>How often another thread went on than the one that was running and could have been.</summary>
    public int Switches { get; private set; }

    /// <summary>Everything that was announced or noted so far, scheduling point or not: the time of this run.</summary>
    public int Tick { get; private set; }

    /// <summary>Equal for runs in which all conflicting steps came in the same order.</summary>
    public ulong Behaviour { get; private set; }

    /// <summary>Who runs, for the watchdog, which may see it late.</summary>
    public ControlledThread? Running => Volatile.Read(ref _last) ?? (_threads.Count > 0 ? _threads[0] : null);

    /// <summary>All threads of this run in order of creation.</summary>
    public IReadOnlyList<ControlledThread> Threads => _threads;

    /// <summary>Grows with every step of every run; written by whoever runs, read by the watchdog without a fence: it only has to change.</summary>
    public long Progress;

    /// <summary>A run has begun and not ended: then <see cref="Progress"/> is to grow. For the watchdog, which may see it late.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Numbers the objects of a run in order of first use.</summary>
    public int NextResourceId { get; set; }

    /// <summary>Runs the body once.</summary>
    /// <param name="body">Called on this thread.</param>
    /// <param name="strategy">Decides.</param>
    /// <param name="points">Where to ask it, besides synchronisation.</param>
    public unsafe void Run(Action body, IStrategy strategy, Points points)
    {
        byte here;
        _caller.StackTop = (nuint)(&here);
        Reset(strategy, points);
        _caller.StackBytes = WorkerPool.LargestStack;
        var main = new ControlledThread(this, 0, "0") { Stage = ThreadStage.Alive, Worker = _caller, Body = body };
        Add(main);
        _last = main;
        main.Clock.Tick(0);
        ControlledThread.Current = main;
        IsRunning = true;
        try
        {
            RunBody(main);
        }
        finally
        {
            Ending = true;
            ThrowOutOthers(main);
            ControlledThread.Current = null;
            IsRunning = false;
        }
    }

    /// <summary>Makes a thread that is not started yet.</summary>
    public ControlledThread Create(ControlledThread parent, Action body, bool isPoolThread = false)
    {
        RequireRoomFor(parent);
        var thread = new ControlledThread(this, _threads.Count, $"{parent.Path}.{parent.Children++}") { Body = body, IsPoolThread = isPoolThread, IsBackground = isPoolThread };
        thread.End.Of = thread;
        Add(thread);
        return thread;
    }

    /// <summary>Lets a thread begin; what its parent did until now, it knows.</summary>
    public void Start(ControlledThread parent, ControlledThread thread, int site)
    {
        parent.Did(OperationKind.Spawn, thread.End, site);
        thread.Stage = ThreadStage.Alive;
        thread.Pending = new Operation(OperationKind.Start, null, site);
        thread.Clock.Join(parent.Clock);
        thread.Clock.Tick(thread.Index);
        parent.Clock.Tick(parent.Index);
        if (!thread.IsBackground)
        {
            _foreground++;
        }

        if (_aliveCount == _alive.Length)
        {
            Array.Resize(ref _alive, 2 * _aliveCount);
            Array.Resize(ref _enabled, 2 * _aliveCount);
        }

        // In order of creation, which need not be the order of starting.
        int place = _aliveCount++;
        for (; place > 0 && _alive[place - 1].Index > thread.Index; place--)
        {
            _alive[place] = _alive[place - 1];
        }

        _alive[place] = thread;
    }

    /// <summary>Whether the program may end while the thread runs.</summary>
    public void SetBackground(ControlledThread thread, bool background)
    {
        if (thread.IsBackground != background && thread.Stage == ThreadStage.Alive && thread.Index != 0)
        {
            _foreground += background ? -1 : 1;
        }

        thread.IsBackground = background;
    }

    /// <summary>A fault: this run ends here.</summary>
    public void Fail(Failure failure)
    {
        Failure ??= failure;
        Ending = true;
    }

    /// <summary>The announced step of the current thread may be done now, or another thread goes first; returns when it is this one's turn.</summary>
    public void Schedule(ControlledThread current)
    {
        ThrowIfEnding();
        if (Next(current) is not { } next)
        {
            Leave(current);
            return;
        }

        if (next != current)
        {
            Switches++;
            HandOver(current, next);
            ThrowIfEnding();
        }

        Tick++;
        Behaved(current, current.Pending);
    }

    /// <summary>Counts a step that is no scheduling point.</summary>
    public void CountTick() => Tick++;

    /// <summary>Runs a thread from its first step to its last, on a thread of the pool, and gives the baton on.</summary>
    public void RunOnWorker(ControlledThread thread)
    {
        ControlledThread.Current = thread;
        try
        {
            if (!Ending)
            {
                Settings.BeforeThread?.Invoke();
                thread.Body!();
                LeakedLocks.Audit(thread);
            }
        }
        catch (RunEndedException)
        {
        }
        catch (Exception e)
        {
            Fail(new Failure(Verdict.UnhandledException, $"{thread.Name} ended by an exception that nobody catches: {e.GetType().Name}: {e.Message}") { Exception = e });
        }

        ControlledThread next = Finish(thread);
        ControlledThread.Current = null;
        _pool.Return(thread.Worker!);
        GiveBaton(next);
    }

    public void Dispose() => _pool.Dispose();

    private void RunBody(ControlledThread main)
    {
        try
        {
            main.NoSwitch++;
            Settings.BeforeRun?.Invoke();
            Settings.BeforeThread?.Invoke();
            main.NoSwitch--;
            RunInOwnContext(main.Body!);
            LeakedLocks.Audit(main);
            _end.Open = _foreground == 0;
            main.Pending = new Operation(OperationKind.Complete, _end, 0);
            main.BeginWait();
            Schedule(main);
        }
        catch (RunEndedException)
        {
        }
        catch (Exception e)
        {
            Fail(new Failure(Verdict.AssertionFailed, $"the body threw {e.GetType().Name}: {e.Message}") { Exception = e });
        }
    }

    /// <summary>What the body does to the context of its thread ends with it: the next run begins as this one did.</summary>
    private static void RunInOwnContext(Action body)
    {
        if (ExecutionContext.Capture() is { } context)
        {
            ExecutionContext.Run(context, static body => ((Action)body!)(), body);
        }
        else
        {
            body();
        }
    }

    /// <summary>The last step of a thread: who waited for its end knows all that it did.</summary>
    private ControlledThread Finish(ControlledThread thread)
    {
        thread.Stage = ThreadStage.Ended;
        thread.End.HasCome = true;
        thread.End.ReleaseBy(thread);
        int place = Array.IndexOf(_alive, thread, 0, _aliveCount);
        Array.Copy(_alive, place + 1, _alive, place, --_aliveCount - place);
        if (!thread.IsBackground && --_foreground == 0)
        {
            _end.Open = true;
        }

        if (Ending)
        {
            return _threads[0];
        }

        Tick++;
        Recorder?.Step(thread, new Operation(OperationKind.Complete, thread.End, 0));
        return Next(null) ?? _threads[0];
    }

    /// <summary>Tells an order of conflicting steps from another: each step adds which of its thread's steps it is, and what had been done to its object before.</summary>
    public void Behaved(ControlledThread thread, in Operation operation)
    {
        if (operation.Target is { } target && target != Never.Instance)
        {
            ulong what = ((ulong)(uint)thread.Index << 48) | ((ulong)(uint)thread.NextStep++ << 24) | (uint)target.Version;
            what *= 0x9E3779B97F4A7C15;
            Behaviour += what ^ (what >> 29);
            if (operation.Kind != OperationKind.Read)
            {
                target.Version++;
            }
        }
    }

    /// <summary>Who does the next step; null when the run has ended.</summary>
    private ControlledThread? Next(ControlledThread? current)
    {
        Progress++;
        ClearYields();
        Clock.RingPassed();
        int count;
        while (true)
        {
            count = CollectEnabled();
            if (_end.Open && _threads[0].Pending.Target == _end)
            {
                return _threads[0];
            }

            if (count == 0 && Clock.Advance())
            {
                continue;
            }

            if (count == 0)
            {
                Fail(Deadlocks.Explain(this));
                return null;
            }

            if (++Steps > Settings.MaxSteps)
            {
                Fail(Livelocks.Explain(this));
                return null;
            }

            ControlledThread? chosen = count == 1 ? _enabled[0] : Choose(current, count);
            if (chosen is null || chosen.IsEnabled)
            {
                _last = chosen;
                return chosen;
            }

            // Its time limit was chosen to pass first. It may still need something before it can go on: a monitor's lock.
            Clock.AdvanceTo(chosen.Alarm!);
        }
    }

    /// <summary>Asks the strategy.</summary>
    /// <returns>Null when it finds that the run is not the one it was to be.</returns>
    private ControlledThread? Choose(ControlledThread? current, int count)
    {
        var point = new ChoicePoint
        {
            Enabled = _enabled.AsSpan(0, count),
            All = _alive.AsSpan(0, _aliveCount),
            Last = _last,
            LastCanContinue = current is { IsEnabled: true } && current.Pending.Kind != OperationKind.Yield && current.YieldsTo == 0,
            Step = Steps,
        };
        int standard = point.Default;
        int choice;
        try
        {
            choice = Steps > Settings.FairAfter ? FairChoice(point) : _strategy!.Choose(point);
        }
        catch (DivergedException e)
        {
            Fail(new Failure(Verdict.Diverged, e.Message) { Exception = e });
            return null;
        }

        Log.Chose(point, standard, choice);
        return _enabled[choice];
    }

    /// <summary>After very many steps each thread is to come to its turn, or a strategy that holds one back for ever would be taken for a livelock.</summary>
    private int FairChoice(in ChoicePoint point)
    {
        uint draw = unchecked((uint)Steps * 2654435761u);
        return (int)((draw >> 8) % (uint)point.Enabled.Length);
    }

    private int CollectEnabled()
    {
        int count = 0;
        int yielding = 0;
        for (int i = 0; i < _aliveCount; i++)
        {
            ControlledThread thread = _alive[i];
            if (thread.IsEnabled || (Settings.Clock == ClockMode.Racing && thread.Alarm is not null))
            {
                _enabled[count++] = thread;
                yielding += thread.YieldsTo != 0 ? 1 : 0;
            }
        }

        if (yielding == 0)
        {
            return count;
        }

        if (yielding == count)
        {
            for (int i = 0; i < count; i++)
            {
                _enabled[i].YieldsTo = 0;
            }

            return count;
        }

        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (_enabled[i].YieldsTo == 0)
            {
                _enabled[kept++] = _enabled[i];
            }
        }

        return kept;
    }

    /// <summary>The thread that has just done a step has thereby let those go on who waited for a step of its.</summary>
    private void ClearYields()
    {
        if (_last is not { } last)
        {
            return;
        }

        ulong bit = 1UL << (last.Index & 63);
        for (int i = 0; i < _aliveCount; i++)
        {
            ControlledThread thread = _alive[i];
            if (thread.YieldsTo != 0 && thread != last)
            {
                thread.YieldsTo = thread.YieldStreak <= 2 ? 0 : thread.YieldsTo & ~bit;
            }
        }
    }

    /// <summary>A thread that yields lets at least one other do a step; one that yields again and again, all of them: else two who wait could keep a third from ever coming to its turn.</summary>
    /// <remarks>If all who could go on do nothing but yield, only time can end that, as when nobody can go on.</remarks>
    internal void Yielding(ControlledThread thread)
    {
        ulong others = 0;
        bool onlyWaiting = true;
        for (int i = 0; i < _aliveCount; i++)
        {
            ControlledThread other = _alive[i];
            if (other == thread || !other.IsEnabled)
            {
                continue;
            }

            onlyWaiting &= other.YieldStreak > 2;
            others |= other.YieldsTo == 0 ? 1UL << (other.Index & 63) : 0;
        }

        thread.YieldStreak++;
        thread.YieldsTo = others;
        if (onlyWaiting && thread.YieldStreak > 2)
        {
            Clock.PassIdly(thread.YieldStreak);
        }
    }

    private void HandOver(ControlledThread from, ControlledThread to)
    {
        Worker mine = from.Worker!;
        GiveBaton(to);
        mine.AwaitBaton();
    }

    private void GiveBaton(ControlledThread to)
    {
        if (to.Worker is null)
        {
            to.Worker = _pool.Take();
            to.Worker.Assigned = to;
        }

        to.Worker.Baton.Give();
    }

    /// <summary>The run has ended while this thread was choosing: the body's thread ends it.</summary>
    private void Leave(ControlledThread current)
    {
        if (current.Index != 0)
        {
            HandOver(current, _threads[0]);
        }

        ThrowIfEnding();
    }

    private void ThrowIfEnding()
    {
        if (Ending)
        {
            throw new RunEndedException();
        }
    }

    private void ThrowOutOthers(ControlledThread main)
    {
        while (_aliveCount > 1)
        {
            ControlledThread thread = _alive[_aliveCount - 1];
            if (thread.Worker is null)
            {
                _aliveCount--;
                continue;
            }

            HandOver(main, thread);
        }
    }

    private void Add(ControlledThread thread)
    {
        _threads.Add(thread);
        if (thread.Index == 0)
        {
            _alive[_aliveCount++] = thread;
        }
    }

    private void Reset(IStrategy strategy, Points points)
    {
        _strategy = strategy;
        Points = points;
        Found.Clear();
        Log.Clear();
        RaceNotes.Clear();
        Clock.Reset();
        Resources.Clear();
        Variables.Clear();
        _threads.Clear();
        Array.Clear(_alive);
        Array.Clear(_enabled);
        _aliveCount = 0;
        _foreground = 0;
        _end.Open = false;
        _end.Version = 0;
        _last = null;
        Failure = null;
        Ending = false;
        Steps = 0;
        Switches = 0;
        Tick = 0;
        Behaviour = 0;
        NextResourceId = 0;
    }

    /// <summary>What the body waits for when it has returned: that all foreground threads end too.</summary>
    private sealed class EndOfProgram : Resource
    {
        public bool Open { get; set; }

        public override string Noun => "program";

        public override bool CanProceed(ControlledThread thread) => Open;
    }
}
