using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The processes that share objects with each other: a program, its children, and theirs.</summary>
/// <remarks>
/// <para>
/// A table in shared memory, made by the first process and inherited by every other one. Each process has a slot, and a <em>token</em> that
/// identifies it for all time: the slot's number and how often the slot was given out. Everything that a dead process can leave behind (a
/// lock, a permit, a place at a barrier) is marked with its owner's token, never with a mere pid, which the system reuses.
/// </para>
/// <para>
/// A parent reserves a slot before it starts a child, writes the pid when it knows it (so does the child), and clears the token as soon as
/// it has reaped the child; from then on every process sees that it is dead. If the parent is dead too, <c>/proc</c> decides.
/// </para>
/// <para>
/// A child in a sandbox gets a table of its own (<see cref="CreateFor"/>), with the same tokens: through this one it could declare any
/// process dead.
/// </para>
/// <para>
/// Death: while a slot is being reserved it is marked with its taker. A taker that is killed leaves the mark, or a token without a pid, or
/// one whose process ends after it. These slots are freed when the taker is marked dead, and by any process that finds no free slot.
/// </para>
/// </remarks>
internal sealed unsafe class ProcessTable
{
    public const int SlotCount = 4096;   // slot 0 is never given out, so no token is 0

    private const int SlotBits = 12;
    private const int Choices = 16;      // free slots to choose from
    private const int SlotMask = (1 << SlotBits) - 1;
    private const int GenerationMask = (1 << 18) - 1;

    private static readonly Threading.Lock s_gate = Threading.Lock.OfBraid();
    private static ProcessTable? s_current;   // written once, under s_gate

    private readonly Slot* _slots;

    private ProcessTable(Segment segment, int token)
    {
        Segment = segment;
        OwnToken = token;
        _slots = (Slot*)segment.Data;
    }

    private int TakerMark => -Math.Max(1, OwnToken);   // the founder takes the first slot before it has a token

    /// <summary>The table of this process, which creates one if it was not started into one.</summary>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    // Pairs with the store in Create: sees the object whole
    public static ProcessTable Current => Volatile.Read(ref s_current) ?? Create();

    /// <summary>This process's token.</summary>
    public static int Self => Current.OwnToken;

    public Segment Segment { get; }

    public int OwnToken { get; }

    /// <summary>The memory that the table takes, initially zeroes.</summary>
    public static long Bytes => (sizeof(Slot) * SlotCount) + TypeDirectory.Bytes;

    /// <summary>The names of types that were sent.</summary>
    public TypeDirectory Types => new(Segment.Data + (sizeof(Slot) * SlotCount));

    /// <summary>The slot of a token: an index below <see cref="SlotCount"/>.</summary>
    public static int SlotOf(int token) => token & SlotMask;

    /// <summary>Whether this process is a worker: it was started into the table of a parent, whose code it trusts.</summary>
    public static bool IsJoined { get; private set; }   // written once, before the first request is read

    /// <summary>Joins the table into which this process was started.</summary>
    public static void Join(int descriptor, int token)
    {
        using (s_gate.EnterScope())
        {
            ProcessTable table = Over(Segment.Inherit(descriptor), token);
            table.Name(token, Environment.ProcessId);   // the parent may have been killed before it could
            s_current = table;
            IsJoined = true;
        }
    }

    /// <summary>A process's view of a table.</summary>
    /// <param name="segment">The segment that holds the table.</param>
    /// <param name="token">The process; 0 for the one that creates the table.</param>
    public static ProcessTable Over(Segment segment, int token) => new(segment, token);

    /// <summary>Creates a table for one child, which sees only this process and itself in it.</summary>
    /// <param name="child">The child's token, which was reserved.</param>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public ProcessTable CreateFor(int child)
    {
        ProcessTable table = Over(Segment.Create(SegmentKind.ProcessTable, Bytes), OwnToken);
        foreach (int token in (ReadOnlySpan<int>)[OwnToken, child])
        {
            Slot entry = _slots[SlotOf(token)];
            (entry.Bell, entry.Death) = (0, 0);
            table._slots[SlotOf(token)] = entry;
        }

        return table;
    }

    /// <summary>Reserves a slot for a child that is about to be started.</summary>
    /// <exception cref="InvalidOperationException">All slots are taken.</exception>
    public int Reserve()
    {
        for (int slot; (slot = FindFree()) != 0 || FreeAbandonedSlots();)
        {
            ref Slot entry = ref _slots[slot];
            if (slot != 0 && Interlocked.CompareExchange(ref entry.Token, TakerMark, 0) == 0)
            {
                KillPoint.Reach(KillPoint.SlotTaken);         // killed here, or before the token is written: the mark identifies the taker
                entry.Generation = (entry.Generation + 1) & GenerationMask;
                entry.Pid = 0;
                entry.Parent = OwnToken;
                int token = (entry.Generation << SlotBits) | slot;
                // Pairs with the reads of it: a reader that sees the token sees the parent, and no older pid
                Volatile.Write(ref entry.Token, token);
                KillPoint.Reach(KillPoint.SlotListed);        // killed here: a token without a pid, whose parent is dead
                return token;
            }
        }

        throw new InvalidOperationException($"{SlotCount - 1} processes of this program are alive; no more can be started.");
    }

    /// <summary>Records which process the slot is for.</summary>
    public void Name(int token, int pid)
    {
        ref Slot entry = ref _slots[SlotOf(token)];
        entry.Start = ProcessStatus.StartOf(pid) ?? 0;
        Volatile.Write(ref entry.Pid, pid);   // pairs with the read in IsAlive: a reader that sees the pid sees the start
    }

    /// <summary>Records that a process is dead. Call it once nothing of the process runs any more.</summary>
    public void MarkDead(int token)
    {
        ref Slot entry = ref _slots[SlotOf(token)];
        if (Volatile.Read(ref entry.Token) == token)
        {
            entry.Death = Interlocked.Increment(ref _slots[0].Death);
            // killed before it: the slot stays listed, until the process that marks this one dead reaches its children below
            Interlocked.CompareExchange(ref entry.Token, 0, token);
        }

        for (int slot = 1; slot < SlotCount; slot++)
        {
            int left = Volatile.Read(ref _slots[slot].Token);
            if (left == -token)
            {
                Interlocked.CompareExchange(ref _slots[slot].Token, 0, left);
            }
            else if (left > 0 && _slots[slot].Parent == token && (Volatile.Read(ref _slots[slot].Pid) == 0 || !IsRunning(ref _slots[slot])))
            {
                MarkDead(left);
            }
        }
    }

    /// <summary>
    /// Whether the process that had this token may still act. Cheap; it may return true for a moment after a death, until the parent has
    /// reaped.
    /// </summary>
    public bool IsListed(int token) => Volatile.Read(ref _slots[SlotOf(token)].Token) == token;

    /// <summary>Whether the process that had this token may still act. Checks with the system if the table says that it does.</summary>
    public bool IsAlive(int token) => IsListed(token) && IsRunning(ref _slots[SlotOf(token)]);

    /// <summary>The word of the bell on which the supervisor of a process sleeps.</summary>
    public int* BellWordOf(int token) => &_slots[SlotOf(token)].Bell;

    /// <summary>The pid that belongs to a token; 0 if the process is dead or just being started.</summary>
    public int PidOf(int token) => IsListed(token) ? Volatile.Read(ref _slots[SlotOf(token)].Pid) : 0;

    /// <summary>The pid that belonged to a token, even after its death until the slot is reused; 0 if unknown.</summary>
    public int LastPidOf(int token)
    {
        ref Slot entry = ref _slots[SlotOf(token)];
        int pid = Volatile.Read(ref entry.Pid);
        return Volatile.Read(ref entry.Generation) == token >> SlotBits ? pid : 0;
    }

    /// <summary>
    /// The one of the first few free slots that has been free for longest: so the pid of a slot's last owner stays known for a while, and
    /// the slots in use stay close together. 0 if none is free.
    /// </summary>
    private int FindFree()
    {
        int found = 0;
        int choices = Choices;
        for (int slot = 1; slot < SlotCount && choices > 0; slot++)
        {
            if (Volatile.Read(ref _slots[slot].Token) == 0)
            {
                choices--;
                found = found == 0 || _slots[slot].Death < _slots[found].Death ? slot : found;
            }
        }

        return found;
    }

    /// <summary>
    /// Frees the slots of processes that no parent will mark dead, because the parent was killed first. Checks every process with the
    /// system, so it is used only if no slot is free.
    /// </summary>
    /// <returns>Whether there were any.</returns>
    private bool FreeAbandonedSlots()
    {
        bool any = false;
        for (int slot = 1; slot < SlotCount; slot++)
        {
            ref Slot entry = ref _slots[slot];
            int token = Volatile.Read(ref entry.Token);
            if (token < 0 && token != TakerMark && !IsAlive(-token))
            {
                any |= Interlocked.CompareExchange(ref entry.Token, 0, token) == token;
            }
            else if (token > 0 && token != OwnToken && !IsAlive(entry.Parent)
                && (Volatile.Read(ref entry.Pid) == 0 || !IsRunning(ref entry)))
            {
                MarkDead(token);
                any = true;
            }
        }

        return any;
    }

    private static bool IsRunning(ref Slot entry)
    {
        int pid = Volatile.Read(ref entry.Pid);
        return pid == 0 || ProcessStatus.MayRun(pid, entry.Start);
    }

    private static ProcessTable Create()
    {
        using (s_gate.EnterScope())
        {
            if (s_current is null)
            {
                ProcessTable table = Over(Segment.Create(SegmentKind.ProcessTable, Bytes), token: 0);
                int token = table.Reserve();
                table.Name(token, Environment.ProcessId);
                Volatile.Write(ref s_current, Over(table.Segment, token));   // pairs with the read in Current
            }

            return s_current;
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Slot
    {
        // Orders: a slot changes hands by compare-exchange of Token: from 0 to a taker's mark, from a mark or a token to 0. The taker fills
        // in the rest and then stores its token, a release; a process that acquires that token finds the Parent and no older Pid. Start
        // comes before Pid in the same way. LastPidOf reads Pid before Generation: the pid of a next owner would have been stored after the
        // next generation. Death is only used to choose a slot. A read that is stale by the time it is used is caught by the
        // compare-exchange that follows, or gives what the caller would have seen a moment earlier.
        // 0: free; negative: being taken by the process with that token; by compare-exchange and then written by the parent (Reserve,
        // MarkDead)
        public int Token;
        public int Generation;   // how often the slot was given out; written by the taker
        public int Pid;          // written by the parent; 0: not known yet
        public int Parent;       // the parent's token; written by the parent
        public long Start;       // written by the parent, before the pid
        // Sequence number of the slot's most recent death; written by the process that marks it dead; in slot 0, how many there were, by
        // Interlocked
        public int Death;
        public int Bell;         // a SharedBell: the process's supervisor sleeps on it
    }
}
