using Braid.Checking.Hooks;
using Braid.Checking.Memory;
using Braid.Checking.Oracles;
using Braid.Checking.Strategies;

namespace Braid.Checking.Engine;

/// <summary>Runs a body under one schedule after another, one thread at a time.</summary>
/// <remarks>
/// <para>
/// Goals: every interleaving that matters is a sequence of choices; equal choices give equal runs; a step without a switch costs no more
/// than a scan of the threads.
/// </para>
/// <para>
/// Protocol. A controlled thread that is about to do something visible announces it (<see cref="ControlledThread.Pending"/>) and calls
/// <see cref="Schedule"/>. The scheduler finds the threads whose announced step is enabled, asks the strategy if there is more than one,
/// and hands the baton to the chosen thread, which takes its step and runs on to its next announcement. A step that has to wait for
/// something is not enabled until that is available, so it never fails and is never retried. When no step is enabled, only the passing of
/// time can change that: the clock moves to its next alarm, or the run is a deadlock.
/// </para>
/// <para>
/// Where there is no scheduling point. Before releasing a lock, pulsing (the lock is held), starting a thread, and joining one that has
/// ended: these commute with whatever other threads could do in between, so a switch there shows nothing that a switch one step earlier or
/// later does not. A failed attempt can show that a release is still to come; once a run has made an attempt, <see cref="Points.Releases"/>
/// adds those points. Releasing a permit while others are free is a point: a thread that takes one of the free permits before it is not
/// ordered after the releaser, and one that takes a permit after it is.
/// </para>
/// <para>
/// Memory ordering. All state here belongs to the thread that has the baton, and each hand-over of a baton is a fence. Another thread, the
/// watchdog, reads only what is marked so, <see cref="Progress"/> above all.
/// </para>
/// <para>
/// The end. The caller's own thread runs the body and, after it, the rest of the exploration. A run ends when the body and all foreground
/// threads have ended, or when a fault is found: then each other thread that has begun is resumed once, and unwound by
/// <see cref="RunEndedException"/>.
/// </para>
/// </remarks>
internal sealed partial class Execution : IDisposable
{
    // The execution context of a thread to which none flows.
    private static readonly ExecutionContext s_noContext = CaptureNone();

    private readonly WorkerPool _pool = new();
    private readonly Worker _caller;
    private readonly EndOfProgram _end = new();
    private readonly EndOfProgram _numbering = new();   // the object that stands for the numbers of threads in the trace
    private readonly List<ControlledThread> _threads = [];
    private ControlledThread[] _alive = new ControlledThread[8];
    private ControlledThread[] _enabled = new ControlledThread[8];
    private int _aliveCount;
    private IStrategy? _strategy;
    private ControlledThread? _last;
    private int _foreground;
    private int _collections;       // of the garbage collector, when the run began
    private readonly List<ControlledThread> _endedWorkers = [];    // threads that ran work items and have ended, oldest first

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

    /// <summary>What this run has found that later runs must treat as scheduling points too.</summary>
    public Points Discovered { get; } = new();

    /// <summary>The choices of this run.</summary>
    public ScheduleLog Log { get; } = new();

    /// <summary>Records every step for a report; null if there is to be none, and when the run is over.</summary>
    public IRecorder? Recorder { get => Ending ? null : field; set; }

    /// <summary>Records what each step touches; null if the search does not need it. Set before the first run.</summary>
    public StepTrace? Trace { get; set; }

    /// <summary>The first fault of this run.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Races that this run was the first to show. They do not end it: later runs may show what they lead to.</summary>
    public List<RaceNote> RaceNotes { get; } = [];

    /// <summary>
    /// The exception that .NET threw because it could not compile or load code that a run reached; the program may have caught it. Kept
    /// until the exploration ends.
    /// </summary>
    public Exception? RefusedCode { get; private set; }

    /// <summary>What a processor may reorder in this run.</summary>
    public StoreLoads StoreLoads { get; } = new();

    /// <summary>Whether the run is over, so that each thread unwinds at its next step.</summary>
    public bool Ending { get; private set; }

    /// <summary>The number of scheduling points so far.</summary>
    public int Steps { get; private set; }

    /// <summary>The number of switches from one thread to another so far, except where a thread ended.</summary>
    public int Switches { get; private set; }

    /// <summary>Whether a loop that only reads or yields was made to wait for other threads in this run.</summary>
    public bool HoldsLoopsBack { get; private set; }

    /// <summary>The number of operations so far, scheduling points or not: the time of this run.</summary>
    public int Tick { get; private set; }

    /// <summary>A hash of the order of conflicting steps: equal for runs in which that order is the same.</summary>
    public ulong Behaviour { get; private set; }

    /// <summary>The thread that runs; for the watchdog, which may see it late.</summary>
    public ControlledThread? Running => Volatile.Read(ref _last) ?? (_threads.Count > 0 ? _threads[0] : null);

    /// <summary>All threads of this run in order of creation.</summary>
    public IReadOnlyList<ControlledThread> Threads => _threads;

    /// <summary>
    /// Grows with every step of every run. Written by the thread that runs, read by the watchdog without a fence: the watchdog only needs
    /// it to change.
    /// </summary>
    public long Progress;

    /// <summary>
    /// Whether a run has begun and not ended: then the watchdog, which may see it late, expects <see cref="Progress"/> to grow.
    /// </summary>
    public bool IsRunning { get; private set; }

    /// <summary>Whether no other run of the same search takes place meanwhile. Set between runs.</summary>
    public bool IsAlone { get; set; } = true;

    /// <summary>Whether a run has used something that belongs to the process: see <see cref="ProcessUse"/>.</summary>
    public bool UsesProcess { get; set; }

    /// <summary>
    /// Whether the garbage collector has run since the run began. It may have moved objects, so that addresses mean something else
    /// (<see cref="Memory.VariableTable"/>): the run does not count.
    /// </summary>
    public bool IsDisturbed => GC.CollectionCount(0) != _collections;

    /// <summary>The number of objects used so far in the run; they are numbered in order of first use.</summary>
    public int NextResourceId { get; set; }

    /// <summary>Runs the body once.</summary>
    /// <param name="body">Called on the calling thread.</param>
    /// <param name="strategy">Makes the choices.</param>
    /// <param name="points">The scheduling points besides synchronization.</param>
    public unsafe void Run(Action body, IStrategy strategy, Points points)
    {
        byte here;
        _collections = GC.CollectionCount(0);
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
            UnwindOthers(main);
            ControlledThread.Current = null;
            IsRunning = false;
        }
    }

    /// <summary>Ends this run with a fault.</summary>
    public void Fail(Failure failure)
    {
        EndTrace(isCut: true);
        Failure ??= failure;
        Ending = true;
    }

    /// <summary>Replaces the fault of the run that has just ended: a judge has examined more than the run could see.</summary>
    public void Judge(Failure? failure) => Failure = failure;

    /// <summary>Chooses the thread that takes the next step; returns when the calling thread is chosen.</summary>
    public void Schedule(ControlledThread current)
    {
        if (Ending)
        {
            Unwind(current);
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
                Unwind(current);
                return;
            }
        }

        Tick++;
        HashBehaviour(current, current.Pending);
        TraceStep(current, current.Pending);
    }

    /// <summary>Counts a step that is no scheduling point.</summary>
    public void CountTick() => Tick++;

    public void Dispose() => _pool.Dispose();

    /// <summary>Calls the body with this context; null: with none.</summary>
    public static void RunIn(ExecutionContext? context, Action body) =>
        ExecutionContext.Run(context ?? s_noContext, static body => ((Action)body!)(), body);

    private static ExecutionContext CaptureNone()
    {
        ExecutionContext? captured = null;
        var thread = new Thread(() => captured = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return captured!;
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
                Trace?.ForgetUnknown();   // from static initializers, which ran before there was a second thread
            }

            // What the body does to the context of its thread ends with it: the next run begins as this one did.
            RunIn(ExecutionContext.Capture(), () =>
            {
                Settings.Stray.Follow();
                main.Body!();
            });
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

    /// <summary>Called when the run is over: unwinds the thread, or lets its finally blocks run on without waiting.</summary>
    private static void Unwind(ControlledThread thread)
    {
        if (!thread.ContinuesAfterEnd())
        {
            throw new RunEndedException();
        }
    }

    private void Reset(IStrategy strategy, Points points)
    {
        _strategy = strategy;
        Points = points;
        Discovered.Clear();
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

    /// <summary>What the body waits for after it has returned: the end of all foreground threads.</summary>
    private sealed class EndOfProgram : Resource
    {
        public bool Open { get; set; }

        public override string Noun => "program";

        public override bool CanProceed(ControlledThread thread) => Open;
    }
}
