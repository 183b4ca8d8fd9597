using System.Numerics;

namespace Braid.AsyncIO;

/// <summary>
/// The calls that are ready to run, in order. Only the loop's own thread accesses it, so it needs no lock: that makes a turn cheap.
/// </summary>
internal sealed class ReadyQueue
{
    private const int Many = 1 << 14;                 // up to this many places are never returned

    private ReadyCall[] _calls = new ReadyCall[64];   // a ring; its length is a power of two
    private int _first;

    public int Count { get; private set; }

    public void Add(in ReadyCall call)
    {
        if (Count == _calls.Length)
        {
            MakeRoom(1);
        }

        _calls[(_first + Count) & (_calls.Length - 1)] = call;
        Count++;
    }

    public void AddRange(List<ReadyCall> calls)
    {
        MakeRoom(calls.Count);
        foreach (ReadyCall call in calls)
        {
            Add(call);
        }
    }

    public ReadyCall Take()
    {
        ref ReadyCall place = ref _calls[_first];
        ReadyCall call = place;
        place = default;
        _first = (_first + 1) & (_calls.Length - 1);
        Count--;
        return call;
    }

    /// <summary>Returns memory that only a burst of calls needed. Once a turn.</summary>
    public void GiveBack()
    {
        if (_calls.Length > Many && Count < _calls.Length / 8)
        {
            Resize(Math.Max(Many, 2 * Count));
        }
    }

    private void MakeRoom(int more)
    {
        if (Count + more > _calls.Length)
        {
            Resize(Count + more);
        }
    }

    private void Resize(int atLeast)
    {
        var resized = new ReadyCall[BitOperations.RoundUpToPowerOf2((uint)atLeast)];
        int untilEnd = Math.Min(Count, _calls.Length - _first);
        Array.Copy(_calls, _first, resized, 0, untilEnd);
        Array.Copy(_calls, 0, resized, untilEnd, Count - untilEnd);
        _calls = resized;
        _first = 0;
    }
}

/// <summary>A call that the loop is to make: the arguments of a synchronization context's Post.</summary>
internal readonly record struct ReadyCall(SendOrPostCallback Call, object? State);
