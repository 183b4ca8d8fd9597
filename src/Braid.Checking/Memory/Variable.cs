using Braid.Checking.Engine;

namespace Braid.Checking.Memory;

/// <summary>The shadow state of one memory location in this run.</summary>
/// <remarks>
/// <para>
/// FastTrack (Flanagan and Freund, PLDI 2009): the last write is an epoch, the reads since are an epoch while they are ordered and a
/// clock when they are not. An access races with another if that one did not happen before it. Repeated reads and writes of one thread
/// without synchronization in between end at the first comparison.
/// </para>
/// <para>
/// One thread runs at a time, so nothing here is atomic. The running thread accesses the real memory in the order of the schedule; the
/// clocks alone decide what races.
/// </para>
/// </remarks>
internal sealed class Variable : Resource
{
    private Epoch _write;
    private (int Site, int Shown) _writePlace;          // of _write: an atomic write after it does not count
    private Epoch _read;
    private VectorClock? _reads;
    private (int Site, int Shown) _readPlace;           // of _read
    private (int Site, int Shown)[] _readPlaces = [];   // of _reads, by thread
    private int[]? _lastReads;
    private Dictionary<int, int>? _readsOfMethods;      // when async methods last read it, for writes that may be computed from that
    private int _writeFlow;                             // the async method that last wrote it

    private OrderingAccesses? _orderingReads;           // null until there is one: most locations have none
    private OrderingAccesses? _orderingWrites;

    public override string Noun => "memory";

    /// <summary>The site of the last write; 0 if there was none.</summary>
    public int WriteSite { get; private set; }

    /// <summary>The site that a report shows for the last write.</summary>
    public int WriteShown { get; private set; }

    /// <summary>Index of the thread that last wrote it, -1 if none did.</summary>
    public int LastWriter { get; private set; } = -1;

    /// <summary>The time of the last write.</summary>
    public int WriteTick { get; private set; }

    /// <summary>A plain read.</summary>
    /// <returns>A write that races with it.</returns>
    public Access Read(ControlledThread thread, int site)
    {
        KeepRead(thread, site);

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

    /// <summary>
    /// An access that orders other accesses: volatile or atomic. It learns what was published here and publishes what it knows.
    /// </summary>
    /// <returns>A plain access that races with it.</returns>
    public Access Synchronize(ControlledThread thread, int site, bool reads, bool writes)
    {
        Access race = default;
        thread.AccessTime = thread.Clock[thread.Index];
        if (reads)
        {
            AcquireBy(thread);
            KeepRead(thread, site);
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

    /// <summary>Whether a write there undoes the write of another thread, because its value is computed from an earlier read.</summary>
    /// <remarks>The read was made in the method that now writes, or both are made by accessors that one method calls.</remarks>
    public bool IsLostUpdate(ControlledThread thread, int site)
    {
        if (LastWriter < 0 || (thread.Flow == 0 ? LastWriter == thread.Index : thread.Execution.Flows.IsWithin(_writeFlow, thread.Flow)))
        {
            return false;
        }

        SiteTraits traits = Sites.Traits(site);
        return ((traits & SiteTraits.DerivedWrite) != 0 && WasReadSince(thread.WriterBegan))
            || ((traits & SiteTraits.StoresArgument) != 0 && IsInDerivedAccessor() && WasReadSince(thread.AccessorBegan));

        bool IsInDerivedAccessor() =>
            thread.AccessorSite != 0 && (Sites.Traits(thread.AccessorSite) & SiteTraits.DerivedWrite) != 0;

        bool WasReadSince(int began) => LastRead(thread) is { } read && read > began && read < WriteTick;
    }

    /// <summary>A read of an element of a collection, where the collection itself answers for its races.</summary>
    public void RecordRead(ControlledThread thread, int site) => KeepRead(thread, site);

    /// <summary>Like <see cref="RecordRead"/>, for a write that began at that time.</summary>
    public void RecordWrite(ControlledThread thread, int site, int began)
    {
        MarkWritten(thread, site);
        WriteTick = began;
    }

    /// <summary>Applies a write by a call that was made before the variable existed.</summary>
    public void WasWritten(in RangeAccess access)
    {
        (_write, _writePlace) = (access.When, (access.Site, access.Shown));
        (WriteTick, LastWriter) = (access.Tick, access.When.Thread);
        (WriteSite, WriteShown) = _writePlace;
    }

    /// <summary>Like <see cref="WasWritten"/>, for a read since the last write.</summary>
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

    private Access RacingOrderingWrite(VectorClock clock) =>
        _orderingWrites is { } writes ? writes.FindUnknownTo(clock, writes: true) : default;

    private Access LastWrite => new(_write.Thread, _writePlace.Site, Writes: true, _writePlace.Shown);

    private void MarkWritten(ControlledThread thread, int site)
    {
        WriteTick = thread.Execution.Tick;
        ControlledThread writer = thread.Owner ?? thread;
        LastWriter = writer.Index;
        _writeFlow = writer.Flow;
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

    /// <summary>Keeps a read that decides something, or whose value may be written back.</summary>
    private void KeepRead(ControlledThread thread, int site)
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
