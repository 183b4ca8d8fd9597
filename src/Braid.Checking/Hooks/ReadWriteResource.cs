using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// A ReaderWriterLockSlim: many readers or one writer, and one upgradeable reader, which reads together with the others and may become the
/// writer.
/// </summary>
/// <remarks>
/// <para>
/// The rules are those of ReaderWriterLockSlim.cs in .NET. A waiting writer keeps new readers out, and so does an upgradeable reader that
/// waits to write; otherwise any thread may enter first, in no order of arrival. So starting to wait is a step of its own, after which
/// other threads see the waiter.
/// </para>
/// <para>Readers learn what writers did, not what other readers did: accesses that only readers order are not ordered.</para>
/// </remarks>
internal sealed class ReadWriteResource(bool isRecursive) : Resource
{
    private readonly Dictionary<ControlledThread, ReadWriteHolds> _holds = [];
    private readonly int[] _waiting = new int[4];
    private VectorClock? _readersClock;
    private VectorClock? _upgradersClock;

    public override string Noun => "lock";

    public bool IsRecursive => isRecursive;

    /// <summary>The thread that holds it for writing.</summary>
    public ControlledThread? Writer { get; private set; }

    /// <summary>The thread that holds it for reading and may become the writer.</summary>
    public ControlledThread? Upgrader { get; private set; }

    /// <summary>How often it is entered for reading, by different threads or in different modes; the upgradeable reader counts.</summary>
    public int Readers { get; private set; }

    /// <summary>The number of threads that wait to write, including the upgradeable reader.</summary>
    public int WaitingWriters => WaitingFor(ReadWriteMode.Write) + WaitingFor(ReadWriteMode.Upgrade);

    /// <summary>What the thread holds of it.</summary>
    public ReadWriteHolds HoldsOf(ControlledThread thread)
    {
        if (!_holds.TryGetValue(thread, out ReadWriteHolds? holds))
        {
            _holds.Add(thread, holds = new ReadWriteHolds());
        }

        return holds;
    }

    public int WaitingFor(ReadWriteMode mode) => _waiting[(int)mode];

    public void BeginWait(ControlledThread thread, ReadWriteMode mode)
    {
        _waiting[(int)mode]++;
        HoldsOf(thread).Wanted = mode;
    }

    public void EndWait(ReadWriteMode mode) => _waiting[(int)mode]--;

    public override bool CanProceed(ControlledThread thread) => CanEnter(thread, HoldsOf(thread).Wanted);

    public bool CanEnter(ControlledThread thread, ReadWriteMode mode) => mode switch
    {
        ReadWriteMode.Read => IsOpenToReaders,
        ReadWriteMode.Upgradeable => IsOpenToReaders && Upgrader is null,
        ReadWriteMode.Upgrade => Writer is null && Readers == (HoldsOf(thread)[ReadWriteMode.Read] > 0 ? 2 : 1),
        _ => Writer is null && Readers == 0 && WaitingFor(ReadWriteMode.Upgrade) == 0,
    };

    public override ControlledThread? HolderBlocking(ControlledThread thread)
    {
        if (Writer is not null && Writer != thread)
        {
            return Writer;
        }

        ReadWriteMode wanted = HoldsOf(thread).Wanted;
        if (wanted == ReadWriteMode.Upgradeable && Upgrader is not null)
        {
            return Upgrader;
        }

        bool waitsForReaders = wanted is ReadWriteMode.Write or ReadWriteMode.Upgrade;
        foreach ((ControlledThread other, ReadWriteHolds holds) in _holds)
        {
            bool blocks = waitsForReaders
                ? holds.Any
                : other.Pending.Target == this && !other.IsEnabled && holds.Wanted is ReadWriteMode.Write or ReadWriteMode.Upgrade;
            if (other != thread && blocks)
            {
                return other;
            }
        }

        return null;
    }

    /// <summary>The thread enters for the first time in this mode, which must be possible.</summary>
    public void EnterBy(ControlledThread thread, ReadWriteMode mode, int site)
    {
        ReadWriteHolds holds = HoldsOf(thread);
        if (!holds.Any)
        {
            thread.Held.Add(new HeldLock(this, site, thread.CallSite));
        }

        holds[mode]++;
        switch (mode)
        {
            case ReadWriteMode.Read:
                Readers++;
                break;
            case ReadWriteMode.Upgradeable:
                Readers++;
                Upgrader = thread;
                Learn(thread, _upgradersClock);
                break;
            default:
                Writer = thread;
                Learn(thread, _readersClock);
                Learn(thread, _upgradersClock);
                break;
        }

        AcquireBy(thread);
    }

    /// <summary>The thread, which holds it in this mode, leaves once.</summary>
    public void LeaveBy(ControlledThread thread, ReadWriteMode mode)
    {
        ReadWriteHolds holds = HoldsOf(thread);
        if (--holds[mode] > 0)
        {
            return;
        }

        if (!holds.Any)
        {
            thread.Held.RemoveAt(thread.Held.FindLastIndex(held => held.Lock == this));
        }

        switch (mode)
        {
            case ReadWriteMode.Read:
                Readers--;
                Publish(thread, ref _readersClock);
                break;
            case ReadWriteMode.Upgradeable:
                Readers--;
                Upgrader = null;
                Publish(thread, ref _upgradersClock);
                break;
            default:
                Writer = null;
                ReleaseBy(thread);
                break;
        }
    }

    private bool IsOpenToReaders => Writer is null && WaitingWriters == 0;

    private static void Learn(ControlledThread thread, VectorClock? from)
    {
        if (from is not null)
        {
            thread.Clock.Join(from);
        }
    }

    private static void Publish(ControlledThread thread, ref VectorClock? to)
    {
        to ??= new VectorClock();
        to.Join(thread.Clock);
        thread.Clock.Tick(thread.Index);
    }
}
