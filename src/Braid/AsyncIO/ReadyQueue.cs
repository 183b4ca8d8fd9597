using System.Numerics;

namespace Braid.AsyncIO;

/// <summary>The calls that are ready to run, in order. Only the loop's own thread touches it, so it needs no lock: that is what makes a turn cheap.</summary>
internal sealed class ReadyQueue
{
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

    private void MakeRoom(int more)
    {
        if (Count + more <= _calls.Length)
        {
            return;
        }

        var larger = new ReadyCall[BitOperations.RoundUpToPowerOf2((uint)(Count + more))];
        int untilEnd = Math.Min(Count, _calls.Length - _first);
        Array.Copy(_calls, _first, larger, 0, untilEnd);
        Array.Copy(_calls, 0, larger, untilEnd, Count - untilEnd);
        _calls = larger;
        _first = 0;
    }
}
