using Braid.Checking.Hooks;
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
    private readonly EndOfProgram _numbering = new();   // stands for the numbers of threads
    private readonly List<ControlledThread> _threads = [];
    private ControlledThread[] _alive = new ControlledThread[8];
    private ControlledThread[] _enabled = new ControlledThread[8];
    private int _aliveCount;
    private IStrategy? _strategy;
    private ControlledThread? _last;
    private int _foreground;
    private readonly List<ControlledThread> _endedWorkers = [];    // threads of the pool that have ended, oldest first

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

    /// <summary>The async methods that have begun.</summary>
    public MethodFlows Flows { get; } = new();

    /// <summary>Where memory accesses and releases are scheduling points in this run.</summary>
    public Points Points { get; private set; } = new();

    /// <summary>What later runs have to treat as scheduling points too; found in this run.</summary>
    public Points Found { get; } = new();

    /// <summary>What this run has chosen.</summary>
    public ScheduleLog Log { get; } = new();

    /// <summary>Set while every step is to be written down for the report.</summary>
    public IRecorder? Recorder { get => Ending ? null : field; set; }

    /// <summary>What the steps touch, if the search asks for it. Set before the first run.</summary>
    public StepTrace? Trace { get; set; }

    /// <summary>The first fault of this run.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Races that this run has shown for the first time. They do not end it: later runs are to show what they lead to.</summary>
    public List<RaceNote> RaceNotes { get; } = [];

    /// <summary>What .NET threw when it did not take code that a run came to; the program may have caught it. It stays until the exploration ends.</summary>
    public Exception? RefusedCode { get; private set; }

    /// <summary>What a processor may reorder in this run.</summary>
    public StoreLoads StoreLoads { get; } = new();

    /// <summary>The run is over, and all threads leave.</summary>
    public bool Ending { get; private set; }

    /// <summary>Scheduling points so far.</summary>
    public int Steps { get; private set; }

    /// <summary>How often another thread went on than the one that was running and could have been.</summary>
    public int Switches { get; private set; }

    /// <summary>Some loop that only looks, or yields, had to let others go first in this run.</summary>
    public bool HoldsLoopsBack { get; private set; }

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

    /// <summary>Whether no other run of the same search takes place meanwhile. Set between runs.</summary>
    public bool IsAlone { get; set; } = true;

    /// <summary>Whether a run has come to use something that belongs to the process: see <see cref="ProcessUse"/>.</summary>
    public bool UsesProcess { get; set; }

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
        _caller.Identify();
        Reset(strategy, points);
        StackRoom.Begin(_caller.StackTop, _caller.StackBytes);
        var main = new ControlledThread(this, 0, "0") { Stage = ThreadStage.Alive, Worker = _caller, Body = body };
        Add(main);
        _last = main;
        main.Clock.Tick(0);
        SynchronizationContext.SetSynchronizationContext(null);
        ControlledThread.Current = main;
        IsRunning = true;
        try
        {
            RunBody(main);
        }
        finally
        {
            EndTrace(isCut: _aliveCount > 1);
            Ending = true;
            ThrowOutOthers(main);
            ControlledThread.Current = null;
            IsRunning = false;
        }
    }

    /// <summary>A fault: this run ends here.</summary>
    public void Fail(Failure failure)
    {
        EndTrace(isCut: true);
        Failure ??= failure;
        Ending = true;
    }

    /// <summary>What the run that has just ended has shown, by a judge that has looked at more than the run could see.</summary>
    public void Judge(Failure? failure) => Failure = failure;

    /// <summary>The announced step of the current thread may be done now, or another thread goes first; returns when it is this one's turn.</summary>
    public void Schedule(ControlledThread current)
    {
        if (Ending)
        {
            ThrowOut(current);
            return;
        }

        if (Next(current) is not { } next)
        {
            Leave(current);
            return;
        }

        if (next != current)
        {
            Switches++;
            HandOver(current, next);
            if (Ending)
            {
                ThrowOut(current);
                return;
            }
        }

        Tick++;
        Behaved(current, current.Pending);
        TraceStep(current, current.Pending);
    }

    /// <summary>Counts a step that is no scheduling point.</summary>
    public void CountTick() => Tick++;

    public void Dispose() => _pool.Dispose();

    /// <summary>Calls the body with this context; null: with that of the thread.</summary>
    public static void RunIn(ExecutionContext? context, Action body)
    {
        if (context is null)
        {
            body();
            return;
        }

        ExecutionContext.Run(context, static body => ((Action)body!)(), body);
    }

    private void RunBody(ControlledThread main)
    {
        try
        {
            main.NoSwitch++;
            Settings.BeforeRun?.Invoke();
            Settings.BeforeThread?.Invoke();
            main.NoSwitch--;
            if (_threads.Count == 1)
            {
                Trace?.ForgetUnknown();   // what initializers of statics did before there was a second thread
            }

            // What the body does to the context of its thread ends with it: the next run begins as this one did.
            RunIn(ExecutionContext.Capture(), main.Body!);
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
            Fail(Failure.Thrown(main, e));
        }
    }

    /// <summary>The run is over: the thread leaves, or goes on for a while as though nothing held it up.</summary>
    private static void ThrowOut(ControlledThread thread)
    {
        if (!thread.GoesOnAfterEnd())
        {
            throw new RunEndedException();
        }
    }

    private void Reset(IStrategy strategy, Points points)
    {
        _strategy = strategy;
        Points = points;
        Found.Clear();
        Log.Clear();
        RaceNotes.Clear();
        StoreLoads.Clear();
        Clock.Reset();
        Resources.Clear();
        Variables.Clear();
        Flows.Clear();
        Trace?.Clear();
        _threads.Clear();
        _endedWorkers.Clear();
        Array.Clear(_alive);
        Array.Clear(_enabled);
        _aliveCount = 0;
        _foreground = 0;
        _end.Open = false;
        _end.Version = 0;
        _last = null;
        Failure = null;
        Ending = false;
        Recorder?.Begin();
        Steps = 0;
        Switches = 0;
        HoldsLoopsBack = false;
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
