namespace Braid.Multiprocessing;

/// <summary>
/// A shared primitive's state, seen by <see cref="SharedWait"/> as something to take. A value for one wait: it may keep state between
/// attempts.
/// </summary>
internal interface ISharedRule
{
    /// <summary>Which part of the object the waiter waits for, phrased to precede its name.</summary>
    static virtual string Wanted => "";

    /// <summary>One attempt, which never blocks.</summary>
    /// <param name="sleepOn">
    /// After a failure: the word to sleep on. The wait is announced by then, so a thread that changes the word wakes its sleepers.
    /// </param>
    /// <returns>
    /// Whether it took. An exception also ends the wait and withdraws the announcement; taking over a lock from a dead process throws, and
    /// the lock is held.
    /// </returns>
    bool TryTake(out FutexPoint sleepOn);

    /// <summary>
    /// Called once if a wait ends without taking after a failed attempt: withdraws the announcement. A wake that was meant for it goes to
    /// another.
    /// </summary>
    void GiveUp();
}

/// <summary>
/// A rule by which a waiter takes only what was granted to it by name, so that waiters need not be served in order of arrival.
/// </summary>
/// <remarks>
/// Its wait is announced before the first attempt, so <see cref="ISharedRule.GiveUp"/> is called even if there was no attempt.
/// </remarks>
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

    // An acquire: what was stored before the change is seen by whoever finds it. That it has not changed decides nothing: the kernel
    // compares again.
    public unsafe bool HasChanged => Word == 0 || Volatile.Read(ref *(int*)Word) != Expected;

    public unsafe FutexWaiter Waiter => new((int*)Word, Expected);

    public unsafe void Sleep(int milliseconds) => Futex.Wait((int*)Word, Expected, milliseconds);
}
