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
    private Epoch _read;
    private VectorClock? _reads;
    private int _readSite;
    private int[]? _lastReads;

    public override string Noun => "memory";

    /// <summary>Where it was last written; 0 if it was not.</summary>
    public int WriteSite { get; private set; }

    /// <summary>Number of the thread that wrote it last, -1 if none did.</summary>
    public int LastWriter { get; private set; } = -1;

    /// <summary>When it was last written.</summary>
    public int WriteTick { get; private set; }

    /// <summary>A plain read.</summary>
    /// <returns>A write that races with it.</returns>
    public Access Read(ControlledThread thread, int site)
    {
        int tick = thread.Execution.Tick;
        thread.Reads.Add(this, tick, site);
        if ((Sites.Traits(site) & SiteTraits.FeedsUpdate) != 0)
        {
            RememberRead(thread.Index, tick);
        }

        var now = new Epoch(thread.Index, thread.Clock[thread.Index]);
        if (_read == now)
        {
            return default;
        }

        Access race = _write.HappenedBefore(thread.Clock) ? default : new Access(_write.Thread, WriteSite, Writes: true);
        AddRead(thread, now);
        _readSite = site;
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
            return default;
        }

        Access race = !_write.HappenedBefore(thread.Clock)
            ? new Access(_write.Thread, WriteSite, Writes: true)
            : RacingRead(thread.Clock);
        _reads = null;
        _read = default;
        _write = now;
        MarkWritten(thread, site);
        return race;
    }

    /// <summary>An access that others are ordered by, volatile or atomic. It learns what was published here and publishes what it knows.</summary>
    /// <returns>A plain access that races with it.</returns>
    public Access Synchronize(ControlledThread thread, int site, bool reads, bool writes)
    {
        Access race = default;
        if (reads)
        {
            AcquireBy(thread);
            thread.Reads.Add(this, thread.Execution.Tick, site);
        }

        if (!_write.HappenedBefore(thread.Clock))
        {
            race = new Access(_write.Thread, WriteSite, Writes: true);
            _write = default;
        }

        if (writes)
        {
            race = race.IsNone ? RacingRead(thread.Clock) : race;
            MarkWritten(thread, site);
            ReleaseBy(thread);
        }

        return race;
    }

    /// <summary>Whether the thread has read this in the method that now writes it, and another has written it since: to write now what was computed from that reading undoes the other's write.</summary>
    public bool WasWrittenSinceReadBy(ControlledThread thread) =>
        LastWriter >= 0 && LastWriter != thread.Index && _lastReads is { } reads && thread.Index < reads.Length &&
        reads[thread.Index] > thread.WriterBegan && reads[thread.Index] < WriteTick;

    private void MarkWritten(ControlledThread thread, int site)
    {
        WriteTick = thread.Execution.Tick;
        LastWriter = thread.Index;
        WriteSite = site;
    }

    private void AddRead(ControlledThread thread, Epoch now)
    {
        if (_reads is not null)
        {
            _reads.Join(now.Thread, now.Time);
        }
        else if (_read.HappenedBefore(thread.Clock))
        {
            _read = now;
        }
        else
        {
            _reads = new VectorClock();
            _reads.Join(_read.Thread, _read.Time);
            _reads.Join(now.Thread, now.Time);
        }
    }

    private Access RacingRead(VectorClock clock)
    {
        int reader = _reads is not null ? _reads.FindUnknownTo(clock) : _read.HappenedBefore(clock) ? -1 : _read.Thread;
        return reader < 0 ? default : new Access(reader, _readSite, Writes: false);
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
