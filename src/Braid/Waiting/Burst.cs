namespace Braid.Waiting;

/// <summary>When a collection that has grown with a burst of items gives its memory back.</summary>
/// <remarks>
/// When three quarters of it have become free, it keeps half. Between two changes of its size there are then at least a quarter as many
/// items put or taken as are copied, so each costs the same on average, and what comes and goes about one size moves nothing.
/// </remarks>
internal static class Burst
{
    /// <summary>The capacity that every collection may keep for its next items.</summary>
    internal const int KeptCapacity = 1024;

    /// <summary>Whether so little of the capacity is used that half of it is to be given back.</summary>
    public static bool IsOver(int count, int capacity) => capacity > KeptCapacity && count < capacity / 4;

    /// <summary>Gives memory back, if there is enough for the smaller store; if not, the larger one serves as well, and whatever was taken out stays taken.</summary>
    public static void GiveBack<TStore>(TStore store, Action<TStore> halve)
    {
        try
        {
            halve(store);
        }
        catch (OutOfMemoryException)
        {
            // The next item that is taken out tries again.
        }
    }
}
