namespace Braid.Checking;

/// <summary>The result of a check.</summary>
public enum Verdict
{
    /// <summary>No fault in the schedules that were run; <see cref="CheckReport.Proves"/> states what that is worth.</summary>
    Passed,

    /// <summary>No fault, but there was nothing to check: only one thread ran, so there is only one schedule.</summary>
    NothingChecked,

    /// <summary>
    /// The search was stopped from outside, and no fault had been found by then; <see cref="CheckReport.Proves"/> states how far it got.
    /// </summary>
    Interrupted,

    /// <summary>Threads wait for each other in a cycle, or for something that no thread will do.</summary>
    Deadlock,

    /// <summary>A thread waits for a signal that was given before it began to wait, and so was lost.</summary>
    LostWakeup,

    /// <summary>A thread read, computed and wrote back, and thereby overwrote what another thread had written in between.</summary>
    LostUpdate,

    /// <summary>Two threads touch the same memory, one of them writes, and nothing orders the two accesses.</summary>
    DataRace,

    /// <summary>
    /// A check for linearizability found calls whose results no order of them explains: the object does not do what its model does.
    /// </summary>
    NotLinearizable,

    /// <summary>The body threw an exception: usually an assertion.</summary>
    AssertionFailed,

    /// <summary>A thread ended with an uncaught exception; outside the checker the program would end.</summary>
    UnhandledException,

    /// <summary>A thread ended, or the program did, while it held a lock.</summary>
    LeakedLock,

    /// <summary>Threads keep running, and none of them makes progress.</summary>
    Livelock,

    /// <summary>
    /// A thread has exhausted its stack: methods call each other endlessly or too deeply. Outside the checker the program would end.
    /// </summary>
    StackOverflow,

    /// <summary>The program called something that would block or run outside the checker's control.</summary>
    NotControlled,

    /// <summary>A thread has not returned from code that the checker does not see.</summary>
    Stuck,

    /// <summary>The same choices led to different runs: the program depends on something that the checker does not control.</summary>
    Nondeterministic,

    /// <summary>A replay string does not fit this program.</summary>
    Diverged,

    /// <summary>The checker itself failed, and the report says nothing about the program.</summary>
    CheckerFailed,
}
