using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What tests do to queues beside using them.</summary>
internal static unsafe class SharedQueues
{
    /// <summary>A second object over the same queue, as another process would have.</summary>
    public static Multiprocessing.Queue<T> TwinOf<T>(Multiprocessing.Queue<T> queue)
    {
        Segment segment = ((IShared)queue).Segment;
        segment.AddReference();
        return Multiprocessing.Queue<T>.Over(segment);
    }

    public static RingState* HeadOf<T>(Multiprocessing.Queue<T> queue) => (RingState*)((IShared)queue).Segment.Data;

    /// <summary>The token of a process that is dead.</summary>
    public static int DeadToken()
    {
        int token = ProcessTable.Current.Reserve();
        ProcessTable.Current.MarkDead(token);
        return token;
    }

    public static ref int PutGateOf<T>(Multiprocessing.Queue<T> queue) => ref *(int*)(((IShared)queue).Segment.Data + RingState.PutGateAt);

    public static ref int GetGateOf<T>(Multiprocessing.Queue<T> queue) => ref *(int*)(((IShared)queue).Segment.Data + RingState.GetGateAt);
}
