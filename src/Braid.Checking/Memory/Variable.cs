using Braid.Checking.Engine;

namespace Braid.Checking.Memory;

/// <summary>What is known of one place in memory in this run.</summary>
/// <remarks>
/// <para>
/// FastTrack (Flanagan and Freund, PLDI 2009): the last write is an epoch, the reads since are an epoch while they are ordered and a
/// clock when they are not. An access races with one that did not happen before it. The reads and writes of one thread
/// without synchronisation in between end at the first comparison.
/// </para>
/// <para>
/// One thread runs at a time, so nothing here is atomic. The real memory is accessed by the running thread in the order
/// of the schedule; what races is decided by clocks alone.
/// </para>
/// </remarks>
internal sealed class Variable : Resource
{
    private Epoch _write;
    private (int Site, int Shown) _writePlace;          // Of _write: an atomic write after it does not count.
    private Epoch _read;
    private VectorClock? _reads;
    private (int Site, int Shown) _readPlace;           // Of _read.
    private (int Site, int Shown)[] _readPlaces = [];   // Of _reads, by thread.
    private int[]? _lastReads;
    private Dictionary<int, int>? _readsOfMethods;      // When async methods read it last, for writes that may be computed from that.
    private int _writeFlow;                             // The async method that wrote it last.

    private OrderingAccesses? _orderingReads;           // Null until there is one: most places have none.
    private OrderingAccesses? _orderingWrites;

    public override string Noun => "memory";

    /// <summary>Where it was last written; 0 if it was not.</summary>
    public int WriteSite { get; private set; }

    /// <summary>That place as a report shows it.</summary>
    public int WriteShown { get; private set; }

    /// <summary>Number of the thread that wrote it last, -1 if none did.</summary>
    public int LastWriter { get; private set; } = -1;

    /// <summary>When it was last written.</summary>
    public int WriteTick { get; private set; }

    /// <summary>A plain read.</summary>
    /// <returns>A write that races with it.</returns>
    public Access Read(ControlledThread thread, int site)
    {
        Remember(thread, site);

        var now = new Epoch(thread.Index, thread.Clock[thread.Index]);
        if (_read == now)
        {
            return default;
        }

        thread.AccessTime = now.Time;
        Access race = _write.HappenedBefore(thread.Clock) ? RacingOrderingWrite(thread.Clock) : LastWrite;
        AddRead(thread, now, (site, thread.Shown(site)));
        return race;
    }

    /// <summary>A plain write.</summary>
    /// <returns>An access that races with it.</returns>
    public Access Write(ControlledThread thread, int site)
    {
        var now = new Epoch(thread.Index, thread.Clock[thread.Index]);
        if (_write == now && _read.IsNone && _reads is null)
        {
            MarkWritten(thread, site);
            _writePlace = (site, WriteShown);
            return default;
        }

        thread.AccessTime = now.Time;
        Access race = !_write.HappenedBefore(thread.Clock)
            ? LastWrite
            : RacingRead(thread.Clock);
        race = race.IsNone ? RacingOrderingWrite(thread.Clock) : race;
        race = race.IsNone && _orderingReads is { } reads ? reads.FindUnknownTo(thread.Clock, writes: false) : race;

        _reads = null;
        _read = default;
        _write = now;
        MarkWritten(thread, site);
        _writePlace = (site, WriteShown);
        return race;
    }

    /// <summary>An access that others are ordered by, volatile or atomic. It learns what was published here and publishes what it knows.</summary>
    /// <returns>A plain access that races with it.</returns>
    public Access Synchronize(ControlledThread thread, int site, bool reads, bool writes)
    {
        Access race = default;
        thread.AccessTime = thread.Clock[thread.Index];
        if (reads)
        {
            AcquireBy(thread);
            Remember(thread, site);
        }

        if (!_write.HappenedBefore(thread.Clock))
        {
            race = LastWrite;
            _write = default;
        }

        if (writes)
        {
            race = race.IsNone ? RacingRead(thread.Clock) : race;
            MarkWritten(thread, site);
            (_orderingWrites ??= new()).Add(new Epoch(thread.Index, thread.Clock[thread.Index]), (site, WriteShown));
            ReleaseBy(thread);
        }
        else
        {
            (_orderingReads ??= new()).Add(new Epoch(thread.Index, thread.Clock[thread.Index]), (site, thread.Shown(site)));
        }

        return race;
    }

    /// <summary>Whether a write there undoes another thread's: it is computed from a reading that was made before that one.</summary>
    /// <remarks>The reading was made in the method that now writes, or both are made by accessors that one method calls.</remarks>
    public bool IsLostUpdate(ControlledThread thread, int site)
    {
        if (LastWriter < 0 || (thread.Flow == 0 ? LastWriter == thread.Index : thread.Execution.Flows.IsWithin(_writeFlow, thread.Flow)))
        {
            return false;
        }

        SiteTraits traits = Sites.Traits(site);
        return ((traits & SiteTraits.DerivedWrite) != 0 && WasReadSince(thread.WriterBegan))
            || (thread.AccessorSite != 0 && (traits & SiteTraits.StoresArgument) != 0 && (Sites.Traits(thread.AccessorSite) & SiteTraits.DerivedWrite) != 0 && WasReadSince(thread.AccessorBegan));

        bool WasReadSince(int began) => LastRead(thread) is { } read && read > began && read < WriteTick;
    }

    /// <summary>An element of a collection, whose accesses the collection itself answers for, is read.</summary>
    public void Look(ControlledThread thread, int site) => Remember(thread, site);

    /// <summary>As <see cref="Look"/>, for a write that began at that time.</summary>
    public void Replace(ControlledThread thread, int site, int began)
    {
        MarkWritten(thread, site);
        WriteTick = began;
    }

    /// <summary>A call has written it, before it was known by itself.</summary>
    public void WasWritten(in RangeAccess access)
    {
        (_write, _writePlace) = (access.When, (access.Site, access.Shown));
        (WriteTick, LastWriter) = (access.Tick, access.When.Thread);
        (WriteSite, WriteShown) = _writePlace;
    }

    /// <summary>As <see cref="WasWritten"/>, for a read since the last write.</summary>
    public void WasRead(in RangeAccess access)
    {
        if (_reads is null && _read.IsNone)
        {
            (_read, _readPlace) = (access.When, (access.Site, access.Shown));
            return;
        }

        if (_reads is null)
        {
            _reads = new VectorClock();
            AddToReads(_read, _readPlace);
        }

        AddToReads(access.When, (access.Site, access.Shown));
    }

    private int? LastRead(ControlledThread thread) =>
        thread.Flow != 0 ? (_readsOfMethods is { } methods && methods.TryGetValue(thread.Flow, out int tick) ? tick : null)
        : _lastReads is { } reads && thread.Index < reads.Length ? reads[thread.Index]
        : null;

    private Access RacingOrderingWrite(VectorClock clock) => _orderingWrites is { } writes ? writes.FindUnknownTo(clock, writes: true) : default;

    private Access LastWrite => new(_write.Thread, _writePlace.Site, Writes: true, _writePlace.Shown);

    private void MarkWritten(ControlledThread thread, int site)
    {
        WriteTick = thread.Execution.Tick;
        LastWriter = thread.Index;
        _writeFlow = thread.Flow;
        (WriteSite, WriteShown) = (site, thread.Shown(site));
    }

    private void AddRead(ControlledThread thread, Epoch now, (int Site, int Shown) place)
    {
        if (_reads is null && _read.HappenedBefore(thread.Clock))
        {
            (_read, _readPlace) = (now, place);
            return;
        }

        if (_reads is null)
        {
            _reads = new VectorClock();
            AddToReads(_read, _readPlace);
        }

        AddToReads(now, place);
    }

    private void AddToReads(Epoch read, (int Site, int Shown) place)
    {
        _reads!.Join(read.Thread, read.Time);
        if (read.Thread >= _readPlaces.Length)
        {
            Array.Resize(ref _readPlaces, Math.Max(4, 2 * (read.Thread + 1)));
        }

        _readPlaces[read.Thread] = place;
    }

    private Access RacingRead(VectorClock clock)
    {
        int reader = _reads is not null ? _reads.FindUnknownTo(clock) : _read.HappenedBefore(clock) ? -1 : _read.Thread;
        (int site, int shown) = reader < 0 ? default : _reads is null ? _readPlace : _readPlaces[reader];
        return reader < 0 ? default : new Access(reader, site, Writes: false, shown);
    }

    /// <summary>Keeps a reading that decides something, or whose value may be written back.</summary>
    private void Remember(ControlledThread thread, int site)
    {
        SiteTraits traits = Sites.Traits(site);
        if ((traits & (SiteTraits.Decides | SiteTraits.Library)) == SiteTraits.Decides)
        {
            thread.Reads.Add(this, thread.Execution.Tick, thread.Shown(site));
        }

        if ((traits & (SiteTraits.FeedsUpdate | SiteTraits.Returned)) != 0)
        {
            if (thread.Flow != 0)
            {
                (_readsOfMethods ??= [])[thread.Flow] = thread.Execution.Tick;
            }
            else
            {
                RememberRead(thread.Index, thread.Execution.Tick);
            }
        }
    }

    private void RememberRead(int thread, int tick)
    {
        if (_lastReads is null || thread >= _lastReads.Length)
        {
            Array.Resize(ref _lastReads, Math.Max(8, 2 * (thread + 1)));
        }

        _lastReads[thread] = tick;
    }
}
