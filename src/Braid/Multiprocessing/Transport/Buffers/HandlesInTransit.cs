namespace Braid.Multiprocessing;

/// <summary>
/// The shared memory to which messages refer that this process has put and no process has taken yet: it is kept open here until then.
/// </summary>
internal static class HandlesInTransit
{
    private static readonly Threading.Lock s_gate = Threading.Lock.OfBraid();
    private static readonly List<Entry> s_entries = [];   // guarded by s_gate
    private static int s_count;                           // written under s_gate; read without it to see that there is nothing to do

    // Orders: a stale s_count costs only time: what is not released by this call is released by the next.

    /// <summary>Takes over the message's references.</summary>
    public static void Add(MessageRing ring, long number, List<Lease> carried)
    {
        ring.Segment.AddReference();   // so that the ring's counts can be read as long as the entry lives
        using (s_gate.EnterScope())
        {
            s_entries.Add(new Entry(ring, number, carried));
            Volatile.Write(ref s_count, s_entries.Count);
        }
    }

    /// <summary>Releases the references of messages that have been taken meanwhile.</summary>
    public static void Prune()
    {
        if (Volatile.Read(ref s_count) == 0)
        {
            return;
        }

        Entry[] arrived;
        using (s_gate.EnterScope())
        {
            arrived = [.. s_entries.Where(entry => entry.Ring.GotCount >= entry.Number)];
            s_entries.RemoveAll(entry => arrived.Contains(entry));
            Volatile.Write(ref s_count, s_entries.Count);
        }

        foreach (Entry entry in arrived)
        {
            entry.Carried.ForEach(static lease => lease.Release());
            entry.Ring.Segment.Release();
        }
    }

    private sealed record Entry(MessageRing Ring, long Number, List<Lease> Carried);
}

/// <summary>
/// A shared object to which a message refers, open in the process that has taken the message until the object is built or the message
/// dropped.
/// </summary>
internal sealed class ReceivedHandle : IDisposable
{
    private readonly Segment _segment;
    private readonly long _subHandle;

    /// <summary>Takes over the reference to the segment.</summary>
    public ReceivedHandle(Segment segment, long subHandle)
    {
        (_segment, _subHandle) = (segment, subHandle);
        if (segment.Kind == SegmentKind.Pipe)
        {
            new PipeEnd(segment, subHandle).Claim(subHandle);   // the sender's hold becomes this process's before the sender can end it
        }
    }

    public void Dispose()
    {
        if (_segment.Kind == SegmentKind.Pipe)
        {
            new PipeEnd(_segment, _subHandle).EndTransit(_subHandle);
        }

        _segment.Release();
    }
}
