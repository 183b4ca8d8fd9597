namespace Braid.Multiprocessing;

/// <summary>Who gets what from a shared primitive, as <see cref="SharedWait"/> sees it. A value for one wait: it may keep what it needs to know between attempts.</summary>
internal interface ISharedRule
{
    /// <summary>One attempt, which never blocks.</summary>
    /// <param name="sleepOn">
    /// After a failure: the word to sleep on. This wait is announced by then, so whoever changes the word wakes its sleepers.
    /// </param>
    /// <returns>Whether it took. An exception ends the wait too, and takes back what was announced; a lock taken over from the dead throws and is held.</returns>
    bool TryTake(out FutexPoint sleepOn);

    /// <summary>Called once when a wait ends without taking after an attempt has failed: it is announced no longer. A wake that was meant for it goes to another.</summary>
    void GiveUp();
}

/// <summary>A rule by which a waiter takes what is meant for it alone, so that waiters need not go on in order of arrival.</summary>
/// <remarks>Its wait is announced before the first attempt, so <see cref="ISharedRule.GiveUp"/> comes also when there was none.</remarks>
internal interface IPersonalRule : ISharedRule;

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
