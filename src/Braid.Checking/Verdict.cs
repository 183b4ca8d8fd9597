namespace Braid.Checking;

/// <summary>What a check has found.</summary>
public enum Verdict
{
    /// <summary>No fault in the schedules that were run; <see cref="CheckReport.Proves"/> says what that is worth.</summary>
    Passed,

    /// <summary>No fault, but there was nothing to look at: one thread ran and no other, so there is one schedule only.</summary>
    NothingChecked,

    /// <summary>The search was stopped from outside, and until then no fault was found; <see cref="CheckReport.Proves"/> says how far it came.</summary>
    Interrupted,

    /// <summary>Threads wait for each other in a ring, or for something that nobody will do.</summary>
    Deadlock,

    /// <summary>A thread waits for a signal that was given before it began to wait, and was lost.</summary>
    LostWakeup,

    /// <summary>A thread read, computed and wrote back, and so overwrote what another thread had written in between.</summary>
    LostUpdate,

    /// <summary>Two threads touch the same memory, one of them writes, and nothing orders the two accesses.</summary>
    DataRace,

    /// <summary>The body threw an exception: an assertion, as a rule.</summary>
    AssertionFailed,

    /// <summary>A thread ended by an exception that nobody catches; outside of the checker the program would end.</summary>
    UnhandledException,

    /// <summary>A thread ended, or the program did, while it held a lock.</summary>
    LeakedLock,

    /// <summary>Threads run and run, and none of them comes further.</summary>
    Livelock,

    /// <summary>A thread has used up its stack: methods call each other without end, or too deep. Outside of the checker the program would end.</summary>
    StackOverflow,

    /// <summary>The program called something that would block or run outside of the checker's control.</summary>
    NotControlled,

    /// <summary>A thread has not come back from code that the checker does not see.</summary>
    Stuck,

    /// <summary>The same choices led to different runs: the program depends on something that the checker does not control.</summary>
    Nondeterministic,

    /// <summary>A replay string does not fit this program.</summary>
    Diverged,

    /// <summary>The checker itself has failed, and nothing is said about the program.</summary>
    CheckerFailed,
}
