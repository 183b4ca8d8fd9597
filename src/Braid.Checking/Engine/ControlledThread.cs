using System.Diagnostics;

namespace Braid.Checking.Engine;

/// <summary>A thread of the program under check.</summary>
/// <remarks>
/// It runs on an operating-system thread of the pool, and only while that thread has its baton. All its fields are read and written by the
/// controlled thread that runs: only one does at a time, and each hand-over of a baton is a fence.
/// </remarks>
[DebuggerDisplay("{Name}: {Pending.Kind}")]
internal sealed partial class ControlledThread(Execution? execution, int index, string path)
{
    /// <summary>Reads of an unchanged location in a row, from the same site, after which a thread counts as waiting for a change.</summary>
    private const int ReadsBeforeYield = 3;

    /// <summary>The maximum number of writes in <see cref="Unfenced"/>.</summary>
    private const int MostUnfenced = 8;

    private const int ThrowsAfterEnd = 2;
    private const int StepsPerThrowAfterEnd = 1_000_000;

    [ThreadStatic]
    private static ControlledThread? t_current;

    private int _stepsAfterEnd;

    /// <summary>The controlled thread that the calling thread runs; null outside of control, where hooks call the real members.</summary>
    public static ControlledThread? Current
    {
        get => t_current;
        set => t_current = value;
    }

    /// <summary>Like <see cref="Current"/>, for rewritten code about to call a hook: such a call is a full fence.</summary>
    public static ControlledThread? AtHook()
    {
        ControlledThread? thread = t_current;
        if (thread is null)
        {
            StrayCode.Record();
            return null;
        }

        thread.Stores?.Fence();
        return thread;
    }

    /// <summary>As <see cref="Current"/>, for rewritten code that accesses memory.</summary>
    public static ControlledThread? AtAccess()
    {
        ControlledThread? thread = t_current;
        if (thread is null)
        {
            StrayCode.Record();
        }

        return thread;
    }

    public Execution Execution { get; } = execution!;

    /// <summary>Its number in order of creation in this run; 0 for the thread of the body.</summary>
    public int Index { get; } = index;

    /// <summary>Its bit in a word that stands for a set of threads; threads whose numbers differ by 64 share one.</summary>
    public ulong Bit => 1UL << (Index & 63);

    /// <summary>
    /// Its line of descent: "0.2.1" is child 1 of child 2 of the body's thread. The same in every schedule, whatever other threads create.
    /// </summary>
    public string Path { get; } = path;

    /// <summary>The number of threads it has created.</summary>
    public int Children { get; set; }

    /// <summary>Its name in reports: the one that the program gave it, or one made from its number.</summary>
    public string Name { get; set; } = index == 0 ? "main" : $"thread {index}";

    /// <summary>The name that the program gave it; null if it gave none.</summary>
    public string? GivenName { get; set; }

    /// <summary>The program's Thread object for it; null until the program has one.</summary>
    public Thread? Object { get; set; }

    /// <summary>The argument with which the program started it.</summary>
    public object? Argument { get; set; }

    /// <summary>The execution context that flowed to it when it was started; null if none did.</summary>
    public ExecutionContext? Context { get; set; }

    /// <summary>Whether it runs a work item of the thread pool.</summary>
    public bool IsPoolThread { get; init; }

    /// <summary>What .NET's own code has completed in the current step; the continuations run at the end of the step.</summary>
    public List<Hooks.ICompletion> Completions { get; } = [];

    /// <summary>
    /// The call of a scenario that it has entered, until its first step there that other threads can notice; null otherwise.
    /// </summary>
    public Linearizability.CallRecord? Calling { get; set; }

    /// <summary>The number in <see cref="Memory.MethodFlows"/> of the async method that it runs; 0 if it runs none.</summary>
    public int Flow { get; set; }

    /// <summary>The task that it is completing.</summary>
    public Hooks.TaskResource? Completing { get; set; }

    /// <summary>The site of the program's call into .NET's code that may start a thread or arm a timer.</summary>
    public int StartSite { get; set; }

    /// <summary>
    /// The time, by its own entry in <see cref="Clock"/>, of its last access to memory: a clock that has reached this time covers all of
    /// its accesses.
    /// </summary>
    public int AccessTime { get; set; }

    /// <summary>The site of the program's last call into a library.</summary>
    public int CallSite { get; set; }

    /// <summary>The tick at which that call began.</summary>
    public int CallTick { get; set; }

    /// <summary>The site of the property, indexer or accessor method that the program is calling; 0 outside of such a call.</summary>
    public int AccessorSite { get; set; }

    /// <summary>The tick at which the method that calls the accessor began.</summary>
    public int AccessorBegan { get; set; }

    /// <summary>The tick at which it began to write an element of a collection.</summary>
    public int ElementBegan { get; set; }

    /// <summary>The tick at which the method began that is about to write back what it computed.</summary>
    public int WriterBegan { get; set; }

    /// <summary>The number of its steps that had a target.</summary>
    public int NextStep { get; set; }

    public ThreadStage Stage { get; set; }

    /// <summary>Whether the program may end while it runs.</summary>
    public bool IsBackground { get; set; }

    /// <summary>The step that it has announced, and takes when it is chosen.</summary>
    public Operation Pending;

    public VectorClock Clock { get; } = new();

    /// <summary>Whether it is enabled whatever the target says: its wait has been ended, or its step never waits.</summary>
    public bool Released { get; private set; }

    /// <summary>Why the last wait ended.</summary>
    public WakeReason Reason { get; private set; }

    /// <summary>When the pending wait began.</summary>
    public int WaitTick { get; private set; }

    /// <summary>Whether an interrupt ends the pending wait.</summary>
    public bool Interruptible { get; set; }

    /// <summary>Whether it was interrupted, and no wait has thrown yet.</summary>
    public bool InterruptPending { get; set; }

    /// <summary>The alarm of the pending wait; null if that has no time limit.</summary>
    public Alarm? Alarm { get; set; }

    /// <summary>
    /// Whether its time limit expired while it could continue: if it no longer can when it is chosen, the wait has timed out.
    /// </summary>
    private bool _isLate;

    /// <summary>The threads, as bits, to which it has yielded: it is not chosen before them.</summary>
    public ulong YieldsTo { get; set; }

    /// <summary>The number of yields since its last step that may change something.</summary>
    public int YieldStreak { get; set; }

    /// <summary>The site and the library call of the first of those yields: a second yield there is a loop.</summary>
    private (int Site, int CallSite) _firstYield;

    /// <summary>
    /// The location it read last, the location's last write, the site and the library call of the first such read, and the number of reads
    /// in a row: they show a loop that waits for a change.
    /// </summary>
    private (Resource? Variable, int WriteTick, int Site, int CallSite, int Times) _repeatedRead;

    /// <summary>Above 0 in a section during which no other thread may run, such as a static constructor.</summary>
    public int NoSwitch { get; set; }

    /// <summary>Its last volatile writes since its last full fence, with their sites: a processor may do later reads before them.</summary>
    public List<(Memory.Variable Variable, int Site)> Unfenced { get; } = [];

    /// <summary>Its writes that other threads do not see yet; null until the first such write.</summary>
    public Memory.StoreBuffer? Stores { get; set; }

    /// <summary>For a thread that lands a store: the thread that made the store.</summary>
    public ControlledThread? Owner { get; set; }

    /// <summary>For a thread that lands a store: whether an earlier store has still to land.</summary>
    public bool IsHeldBack { get; set; }

    /// <summary>The locks it holds, in order of acquisition.</summary>
    public List<HeldLock> Held { get; } = [];

    /// <summary>Its recent reads, which show whether it began to wait because of a value that had changed by then.</summary>
    public RecentReads Reads { get; } = new();

    /// <summary>What the threads that join this one wait for.</summary>
    public ThreadEnd End { get; } = new();

    /// <summary>The operating-system thread it runs on; null until it begins.</summary>
    public Worker? Worker { get; set; }

    /// <summary>The stack size that the program asked for; 0 if it asked for none.</summary>
    public int StackBytes { get; init; }

    /// <summary>The code that it runs.</summary>
    public Action? Body { get; set; }

    /// <summary>Reuses this thread, which ran a work item and has ended, for another one, as if it were a new thread.</summary>
    public void Renew(Action body)
    {
        Stage = ThreadStage.Unstarted;
        Body = body;
        Worker = null;
        End.IsReached = false;
        Alarm = null;
        Interruptible = false;
        InterruptPending = false;
        NoSwitch = 0;
        (CallSite, CallTick, AccessorSite, YieldsTo, Flow) = (0, 0, 0, 0, 0);
        (Owner, IsHeldBack) = (null, false);
        EndYields();
        BeginWait();
    }

    /// <summary>What hooks keep for each thread, by owner: the values of thread locals.</summary>
    public Dictionary<object, object?> Locals => field ??= new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether it could take its pending step now.</summary>
    public bool IsEnabled => !IsHeldBack
        && (Released || Pending.Target is not { } target || target.CanProceed(this) || _isLate || (Interruptible && InterruptPending));

    /// <summary>
    /// The site that a report shows for a step of this thread at that site: within a library or an accessor, the program's call of it.
    /// </summary>
    public int Shown(int site) => AccessorSite != 0 ? AccessorSite : Reports.Text.ShownSite(site, CallSite);

    /// <summary>Whether its pending step is inside a library that the program called.</summary>
    public bool WaitsInLibrary => Reports.Text.ShownSite(Pending.Site, CallSite) != Pending.Site;

    /// <summary>Records a volatile write.</summary>
    public void AddUnfenced(Memory.Variable variable, int site)
    {
        foreach ((Memory.Variable written, _) in Unfenced)
        {
            if (written == variable)
            {
                return;
            }
        }

        if (Unfenced.Count == MostUnfenced)
        {
            Unfenced.RemoveAt(0);
        }

        Unfenced.Add((variable, site));
    }

    /// <summary>Ends the wait, whatever the target says.</summary>
    public void Release(WakeReason reason)
    {
        Released = true;
        Reason = reason;
    }

    /// <summary>
    /// Whether it reads the location again and again while no thread writes to it: then the thread that will write needs a turn.
    /// </summary>
    public bool IsSpinningOn(Memory.Variable variable, int site) => IsSpinningOn(variable, variable.WriteTick, site);

    /// <summary>Like the other overload, for any resource that counts its changes.</summary>
    public bool IsSpinningOn(Resource place, int changes, int site)
    {
        if (!ReferenceEquals(_repeatedRead.Variable, place) || _repeatedRead.WriteTick != changes)
        {
            _repeatedRead = (place, changes, site, CallSite, 1);
            return false;
        }

        return (_repeatedRead.Site, _repeatedRead.CallSite) == (site, CallSite) && ++_repeatedRead.Times > ReadsBeforeYield;
    }

    /// <summary>Called when it yields: whether it yielded there before, and has changed nothing since.</summary>
    private bool YieldsAgainAt(int site)
    {
        if (_firstYield == (site, CallSite))
        {
            return true;
        }

        if (_firstYield == default)
        {
            _firstYield = (site, CallSite);
            YieldStreak++;
        }

        return false;
    }

    private void EndYields()
    {
        YieldStreak = 0;
        _firstYield = default;
    }

    /// <summary>Whether the thread continues although the run is over; called each time it reaches a step.</summary>
    /// <remarks>
    /// Otherwise the thread is unwound by an exception. Its finally blocks may take steps, which throw again, and each such exception lies
    /// on the stack on top of the one before and takes 16 KB. So from the third step on, finally blocks run to their ends, and whatever
    /// they wait for counts as available. Every millionth step throws again, to end a loop in one of them.
    /// </remarks>
    public bool ContinuesAfterEnd() => ++_stepsAfterEnd > ThrowsAfterEnd && _stepsAfterEnd % StepsPerThrowAfterEnd != 0;

    /// <summary>Begins a new wait.</summary>
    public void BeginWait()
    {
        Released = false;
        Reason = WakeReason.Proceeded;
    }

    /// <summary>
    /// Ends the wait for this reason, and replaces it by another that the thread needs before it can continue: the lock of a monitor.
    /// </summary>
    public void Continue(WakeReason reason, in Operation instead)
    {
        Released = false;
        Interruptible = false;
        Reason = reason;
        Pending = instead;
        if (Alarm is { } alarm)
        {
            Alarm = null;
            Execution.Clock.Cancel(alarm);
        }
    }
}
