using System.Globalization;
using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>What the tasks of a pool share. It travels to them.</summary>
internal sealed class ErrandTable : IDisposable
{
    public const int Most = 1 << 16;

    private readonly RawArray<int> _begun = new(Most);      // by Interlocked: how often a task was begun
    private readonly RawArray<int> _gotten = new(Most);     // by Interlocked: how often what a task had put was got
    private readonly RawValue<int> _meeting = new();        // by Interlocked: tasks that have come to the meeting

    public Multiprocessing.Lock Lock { get; } = new();

    public GuardedPair Pair { get; } = new("the pool's Lock");

    public Multiprocessing.Queue<int> Queue { get; } = new();

    public void WasBegun(int id) => Interlocked.Increment(ref _begun[id]);

    public int BegunOf(int id) => Volatile.Read(ref _begun[id]);

    public void WasGotten(int id) => Interlocked.Increment(ref _gotten[id]);

    public int GottenOf(int id) => Volatile.Read(ref _gotten[id]);

    public void OpenMeeting() => _meeting.Value = 0;

    /// <summary>In a task: waits until so many tasks run at the same time.</summary>
    /// <returns>The number of this process.</returns>
    public int Meet(int parties)
    {
        Interlocked.Increment(ref _meeting.Ref);
        while (_meeting.Value < parties)
        {
            Thread.Sleep(1);
        }

        return Environment.ProcessId;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Lock}; {Queue}; at the meeting: {_meeting.Value}");

    public void Dispose()
    {
        IDisposable[] all = [_begun, _gotten, _meeting, Pair, Queue];
        Array.ForEach(all, one => one.Dispose());
        Lock.Close();
    }
}
