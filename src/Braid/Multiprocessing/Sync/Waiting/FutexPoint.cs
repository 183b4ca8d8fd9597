namespace Braid.Multiprocessing;

/// <summary>A word of shared memory to sleep on, and what it holds while there is nothing to take.</summary>
/// <param name="Word">Its address; 0: nowhere, so it has always changed.</param>
/// <param name="Expected">The value it must still hold for a sleep to begin.</param>
internal readonly record struct FutexPoint(nint Word, int Expected)
{
    public unsafe FutexPoint(int* word, int expected)
        : this((nint)word, expected)
    {
    }

    // An acquire: what was stored before the change is seen by whoever finds it. That it has not changed decides nothing: the kernel compares again.
    public unsafe bool HasChanged => Word == 0 || Volatile.Read(ref *(int*)Word) != Expected;

    public unsafe FutexWaiter Waiter => new((int*)Word, Expected);

    public unsafe void Sleep(int milliseconds) => Futex.Wait((int*)Word, Expected, milliseconds);
}
