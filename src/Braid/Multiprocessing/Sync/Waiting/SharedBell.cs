namespace Braid.Multiprocessing;

/// <summary>
/// A word on which one thread sleeps until any thread of any process rings it. Every sleep between processes without a time limit uses it.
/// </summary>
/// <remarks>
/// <code>
///   bits   meaning                                       written by
///   0      1: armed - the sleeper sleeps or is about to   the sleeper's process alone
///   1-31   how often it was rung while it was armed       whoever rings, by Interlocked
/// </code>
/// <para>
/// Orders: the sleeper arms the bell by an exchange of <c>word</c>, a full fence, checks once more for work, and sleeps while the word
/// stays as it was armed. A ringer publishes its work, makes a full fence, and, if it reads that the bell is armed, increments the count
/// and wakes. One of the two sees what the other wrote. Disarming needs no order: a ringer that still sees the bell armed enters the kernel
/// in vain.
/// </para>
/// <para>
/// Death: a ringer never disarms the bell. One that is killed before it increments the count, or between that and the wake, leaves the bell
/// armed, so the next ringer wakes the sleeper; and there is a next one, because the supervisor learns of the end of a killed process
/// through this very bell. The price is that every ring while the sleeper is waking up enters the kernel.
/// </para>
/// <para>
/// Every other sleep between processes ends by itself after a slice (<see cref="SharedWait"/>): a wake lost with a killed process then
/// costs one slice, and the flags that say whether a wake is needed may be cleared by the waker.
/// </para>
/// </remarks>
/// <param name="word">Four-byte aligned memory that begins as zero.</param>
internal readonly unsafe struct SharedBell(int* word)
{
    private const int Armed = 1;
    private const int OneRing = 2;

    /// <summary>The bell of a process of this program: its supervisor sleeps on it.</summary>
    public static SharedBell Of(int token) => new(ProcessTable.Current.BellWordOf(token));

    /// <summary>Whether the sleeper sleeps or is about to.</summary>
    public bool IsArmed => (Volatile.Read(ref *word) & Armed) != 0;

    /// <summary>
    /// Announces a sleep. A full fence: a check made afterwards finds the work of every ringer that saw the bell disarmed.
    /// </summary>
    /// <returns>What to sleep on.</returns>
    public FutexPoint Arm() => new(word, Interlocked.Or(ref *word, Armed) | Armed);

    /// <summary>Withdraws the announcement: no ring is needed while the sleeper is at work.</summary>
    /// <returns>Whether it was armed.</returns>
    public bool Disarm() => (Interlocked.And(ref *word, ~Armed) & Armed) != 0;

    /// <summary>Sleeps until a ring, unless there is work already.</summary>
    /// <param name="hasWork">Called once the bell is armed.</param>
    /// <param name="milliseconds">How long to sleep at most; -1 for no limit.</param>
    public void Sleep(Func<bool> hasWork, int milliseconds)
    {
        FutexPoint silent = Arm();
        if (!hasWork())
        {
            silent.Sleep(milliseconds);
        }

        Disarm();
    }

    /// <summary>Wakes the sleeper if there is one. Call it once the work is published.</summary>
    public void Ring()
    {
        Interlocked.MemoryBarrier();   // the work is out before the word is read; pairs with the fence in Arm
        if (IsArmed)
        {
            Interlocked.Add(ref *word, OneRing);   // a sleep that is about to begin returns at once
            KillPoint.Reach(KillPoint.BellRung);   // killed here: the sleeper sleeps on, and the bell stays armed for the next ringer
            Futex.Wake(word);
        }
    }
}
