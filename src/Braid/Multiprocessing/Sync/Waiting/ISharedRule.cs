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
