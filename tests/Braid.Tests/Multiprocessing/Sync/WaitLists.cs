using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A count of waiters is seen before the change is valid: a process killed then has not begun to wait.</summary>
internal static class WaitLists
{
    public static bool ChangesAreValid(Multiprocessing.Barrier barrier) => IsFree(barrier, SharedBarrierCore.WaitersAt);

    public static bool ChangesAreValid(Multiprocessing.Condition condition) => IsFree(condition, Multiprocessing.Condition.WaitersAt);

    private static bool IsFree(IShared shared, int at) => new SharedWaitList(shared.Segment, at).Gate.Owner == 0;
}
