namespace Braid.Multiprocessing;

/// <summary>Why a process ended.</summary>
public enum ExitReason
{
    /// <summary>It runs, or has not been started.</summary>
    None,

    /// <summary>It exited by itself, with the exit code it chose.</summary>
    Exited,

    /// <summary>A signal from outside this program's control ended it: a crash, or a kill by another program or user.</summary>
    Signaled,

    /// <summary>It was asked to end by <c>Terminate</c>.</summary>
    Terminated,

    /// <summary>It was killed by <c>Kill</c>, by the cancellation of its call, or because its pool was shut down.</summary>
    Killed,

    /// <summary>It was killed because it exceeded its time limit.</summary>
    TimedOut,

    /// <summary>It was killed, or ended itself, because it needed more memory than its limit.</summary>
    OverMemoryLimit,

    /// <summary>The system killed it because memory ran out; the counter of the control group is the evidence.</summary>
    OutOfMemory,

    /// <summary>
    /// It has ended, but how is unknown, because something else in this program reaped it first (a <c>waitpid(-1)</c> in a native library,
    /// or SIGCHLD ignored).
    /// </summary>
    Unknown,

    /// <summary>
    /// It was killed because something had overwritten the memory through which it communicates with this process;
    /// <see cref="WorkerEnd.Fault"/> says what was wrong.
    /// </summary>
    Corrupted,
}
