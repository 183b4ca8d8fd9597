using System.Diagnostics;

namespace Braid.Checking.Engine;

/// <summary>A thread of the program that is checked.</summary>
/// <remarks>
/// It runs on an operating-system thread of the pool, and there only while it holds that thread's baton. All its fields are read
/// and written by whichever controlled thread runs: there is one at a time, and the hand-over is a fence.
/// </remarks>
[DebuggerDisplay("{Name}: {Pending.Kind}")]
internal sealed partial class ControlledThread(Execution? execution, int index, string path)
{
    /// <summary>Readings of an unchanged place in succession, from the same place in the code, after which a thread counts as waiting for a change.</summary>
    private const int ReadsBeforeYield = 3;

    /// <summary>Writes that are remembered in <see cref="Unfenced"/>.</summary>
    private const int MostUnfenced = 8;

    private const int ThrowsAfterEnd = 2;
    private const int StepsPerThrowAfterEnd = 1_000_000;

    [ThreadStatic]
    private static ControlledThread? t_current;

    private int _stepsAfterEnd;

    /// <summary>The controlled thread that runs here, or null: then nothing is controlled and all hooks do the real thing.</summary>
    public static ControlledThread? Current
    {
        get => t_current;
        set => t_current = value;
    }

    /// <summary>As <see cref="Current"/>, for rewritten code that calls a hook: such a call is a full fence.</summary>
    public static ControlledThread? AtHook()
    {
        ControlledThread? thread = t_current;
        thread?.Stores?.Fence();
        return thread;
    }

    public Execution Execution { get; } = execution!;

    /// <summary>Number in order of creation in this run. 0 is the body.</summary>
    public int Index { get; } = index;

    /// <summary>Its bit where a word stands for threads; those with numbers 64 apart share one.</summary>
    public ulong Bit => 1UL << (Index & 63);

    /// <summary>Who made it, as which child: "0.2.1". The same in every schedule, whoever else makes threads.</summary>
    public string Path { get; } = path;

    /// <summary>Children made so far.</summary>
    public int Children { get; set; }

    /// <summary>For reports: the name the program gave, or one made from the number.</summary>
    public string Name { get; set; } = index == 0 ? "main" : $"thread {index}";

    /// <summary>The name that the program gave it, if it did.</summary>
    public string? GivenName { get; set; }

    /// <summary>The program's own object for it, if it has asked for one.</summary>
    public Thread? Object { get; set; }

    /// <summary>What its body was started with.</summary>
    public object? Argument { get; set; }

    /// <summary>Runs a work item of the thread pool.</summary>
    public bool IsPoolThread { get; init; }

    /// <summary>What .NET's own code has completed in the step that is being done, and whose continuations are to run at its end.</summary>
    public List<Hooks.ICompletion> Completions { get; } = [];

    /// <summary>The call of a scenario that it has come to and in which it has taken no step yet that others can notice.</summary>
    public Linearizability.CallRecord? Calling { get; set; }

    /// <summary>The async method that it runs, by its number in <see cref="Memory.MethodFlows"/>; 0 for none.</summary>
    public int Flow { get; set; }

    /// <summary>The task that it is completing.</summary>
    public Hooks.TaskResource? Completing { get; set; }

    /// <summary>Where the program made the call of .NET's code that may start a thread or arm a timer.</summary>
    public int StartSite { get; set; }

    /// <summary>When it last was the first to reach a place in memory in one of its own times: who knows that time knows all that it has done to memory.</summary>
    public int AccessTime { get; set; }

    /// <summary>The program's last call into a library.</summary>
    public int CallSite { get; set; }

    /// <summary>When that call began.</summary>
    public int CallTick { get; set; }

    /// <summary>The program's use of a property, an indexer or an accessor method, while that runs; 0 otherwise.</summary>
    public int AccessorSite { get; set; }

    /// <summary>When the method began that uses the accessor.</summary>
    public int AccessorBegan { get; set; }

    /// <summary>When it began to write an element of a collection.</summary>
    public int ElementBegan { get; set; }

    /// <summary>When the method began that is about to write back what it computed.</summary>
    public int WriterBegan { get; set; }

    /// <summary>Steps it has done.</summary>
    public int NextStep { get; set; }

    public ThreadStage Stage { get; set; }

    /// <summary>The program may end while it runs.</summary>
    public bool IsBackground { get; set; }

    /// <summary>What it does next, once it is chosen.</summary>
    public Operation Pending;

    public VectorClock Clock { get; } = new();

    /// <summary>The wait has ended for another reason than that what it waits for is there: it can go on, whatever the target says.</summary>
    public bool Released { get; private set; }

    /// <summary>Why the last wait ended.</summary>
    public WakeReason Reason { get; private set; }

    /// <summary>When the pending wait began.</summary>
    public int WaitTick { get; private set; }

    /// <summary>The wait can be ended by an interrupt.</summary>
    public bool Interruptible { get; set; }

    /// <summary>An interrupt has come and no wait has taken it yet.</summary>
    public bool InterruptPending { get; set; }

    /// <summary>The alarm of the pending wait, if it has one.</summary>
    public Alarm? Alarm { get; set; }

    /// <summary>Its time was up while it could go on: if it no longer can when its turn comes, its wait is over.</summary>
    private bool _isLate;

    /// <summary>Threads, as bits by number, that are to do a step before this one, which has yielded, goes on.</summary>
    public ulong YieldsTo { get; set; }

    /// <summary>Yields since it last did something else that changes anything.</summary>
    public int YieldStreak { get; set; }

    /// <summary>Where it yielded first since then, and by which call of a library: to come there again is a loop.</summary>
    private (int Site, int CallSite) _yielded;

    /// <summary>What it read last, where first, by which call of a library, how often in succession, and whether it was written since: a loop that waits for a change.</summary>
    private (Resource? Variable, int WriteTick, int Site, int CallSite, int Times) _looking;

    /// <summary>Above 0: in a section that must not be interrupted by others, such as a static constructor.</summary>
    public int NoSwitch { get; set; }

    /// <summary>What it has written last in a volatile way since its last full fence, and where: a processor may do later reads first.</summary>
    public List<(Memory.Variable Variable, int Site)> Unfenced { get; } = [];

    /// <summary>Its writes that the others do not see yet; null while there has been none.</summary>
    public Memory.StoreBuffer? Stores { get; set; }

    /// <summary>Of a thread that lands a store: the thread that made it.</summary>
    public ControlledThread? Owner { get; set; }

    /// <summary>Of a thread that lands a store: one that was made before has not landed yet.</summary>
    public bool IsHeldBack { get; set; }

    /// <summary>Locks it holds, in order of taking.</summary>
    public List<HeldLock> Held { get; } = [];

    /// <summary>What it has looked at lately: whether it waits because of something that had changed by then.</summary>
    public RecentReads Reads { get; } = new();

    /// <summary>What others wait for who join this thread.</summary>
    public ThreadEnd End { get; } = new();

    /// <summary>The operating-system thread it runs on, once it has begun.</summary>
    public Worker? Worker { get; set; }

    /// <summary>The size of the stack that the program has asked for; 0 if it has not.</summary>
    public int StackBytes { get; init; }

    /// <summary>What it runs.</summary>
    public Action? Body { get; set; }

    /// <summary>A thread of the pool that has ended runs another work item, as another thread would.</summary>
    public void Renew(Action body)
    {
        Stage = ThreadStage.Unstarted;
        Body = body;
        Worker = null;
        End.HasCome = false;
        Alarm = null;
        Interruptible = false;
        InterruptPending = false;
        NoSwitch = 0;
        (CallSite, CallTick, AccessorSite, YieldsTo, Flow) = (0, 0, 0, 0, 0);
        (Owner, IsHeldBack) = (null, false);
        EndYields();
        BeginWait();
    }

    /// <summary>What the hooks of one family keep for this thread: thread locals, the Thread object.</summary>
    public Dictionary<object, object?> Locals => field ??= new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether it could do its pending operation now.</summary>
    public bool IsEnabled => !IsHeldBack && (Released || Pending.Target is not { } target || target.CanProceed(this) || _isLate || (Interruptible && InterruptPending));

    /// <summary>The place that a report shows for a step of this thread there: within a library or an accessor, the program's call of it.</summary>
    public int Shown(int site) => AccessorSite != 0 ? AccessorSite : Reports.Text.ShownSite(site, CallSite);

    /// <summary>Its pending step is inside of a library that the program has called.</summary>
    public bool WaitsInLibrary => Reports.Text.ShownSite(Pending.Site, CallSite) != Pending.Site;

    /// <summary>It writes the place in a volatile way.</summary>
    public void WroteUnfenced(Memory.Variable variable, int site)
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

    /// <summary>Something else than the target ends the wait.</summary>
    public void Release(WakeReason reason)
    {
        Released = true;
        Reason = reason;
    }

    /// <summary>It reads the same place again and again, and nobody has written it in between: whoever shall write it must come to its turn.</summary>
    public bool IsSpinningOn(Memory.Variable variable, int site) => IsSpinningOn(variable, variable.WriteTick, site);

    /// <summary>As the other, for anything that counts its changes.</summary>
    public bool IsSpinningOn(Resource place, int changes, int site)
    {
        if (!ReferenceEquals(_looking.Variable, place) || _looking.WriteTick != changes)
        {
            _looking = (place, changes, site, CallSite, 1);
            return false;
        }

        return (_looking.Site, _looking.CallSite) == (site, CallSite) && ++_looking.Times > ReadsBeforeYield;
    }

    /// <summary>It yields there: whether it has come there before and done nothing in between that changes anything.</summary>
    private bool YieldsAgainAt(int site)
    {
        if (_yielded == (site, CallSite))
        {
            return true;
        }

        if (_yielded == default)
        {
            _yielded = (site, CallSite);
            YieldStreak++;
        }

        return false;
    }

    private void EndYields()
    {
        YieldStreak = 0;
        _yielded = default;
    }

    /// <summary>Asked when the run is over and the thread comes to a step.</summary>
    /// <remarks>
    /// It is thrown out, and its finally blocks may do steps that throw again. Each such exception lies on the stack upon the one before, with 16 KB; where thousands of methods end so, finally blocks
    /// run to their ends instead, and what they wait for counts as there. A loop in one of them is ended in the end.
    /// </remarks>
    public bool GoesOnAfterEnd() => ++_stepsAfterEnd > ThrowsAfterEnd && _stepsAfterEnd % StepsPerThrowAfterEnd != 0;

    /// <summary>A new wait begins.</summary>
    public void BeginWait()
    {
        Released = false;
        Reason = WakeReason.Proceeded;
    }

    /// <summary>The wait is over for that reason, but something else must be had before the thread can go on: the lock of a monitor.</summary>
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
