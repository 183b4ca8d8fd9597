namespace Braid.Waiting;

/// <summary>When a collection that has grown during a burst of items returns its memory.</summary>
/// <remarks>
/// When three quarters of it are free, it keeps half. Between two changes of its size at least a quarter as many items are put or taken as
/// are copied, so each costs the same on average, and items that come and go around one size move nothing.
/// </remarks>
internal static class Burst
{
    /// <summary>The capacity that every collection may keep for further items.</summary>
    internal const int KeptCapacity = 1024;

    /// <summary>Whether so little of the capacity is used that half of it should be returned.</summary>
    public static bool IsOver(int count, int capacity) => capacity > KeptCapacity && count < capacity / 4;

    /// <summary>
    /// Returns memory, if there is enough for the smaller store; otherwise the larger one serves as well, and a taken item stays taken.
    /// </summary>
    public static void GiveBack<TStore>(TStore store, Action<TStore> halve)
    {
        try
        {
            halve(store);
        }
        catch (OutOfMemoryException)
        {
            // The next item that is taken tries again.
        }
    }
}
