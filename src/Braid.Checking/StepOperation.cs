namespace Braid.Checking;

/// <summary>What a step of a schedule does.</summary>
public enum StepOperation
{
    /// <summary>Reads a field, variable or element, or checks whether a task is complete.</summary>
    Read,

    /// <summary>Writes a field, variable or element.</summary>
    Write,

    /// <summary>
    /// Puts a write into the thread's store buffer: the thread itself sees it from now on, the others from the <see cref="Write"/> of that
    /// buffer (<see cref="MemoryModel.Tso"/>).
    /// </summary>
    Buffer,

    /// <summary>Reads and writes in one indivisible step, as <see cref="Interlocked"/> does.</summary>
    Update,

    /// <summary>Acquires a lock or a permit, and waits until it can.</summary>
    Acquire,

    /// <summary>Acquires a lock or a permit if that is possible at once.</summary>
    TryAcquire,

    /// <summary>Releases a lock or a permit.</summary>
    Release,

    /// <summary>Waits for an event, or releases a monitor and waits for a pulse of it.</summary>
    Wait,

    /// <summary>Wakes one thread that waits for a pulse of a monitor.</summary>
    Pulse,

    /// <summary>Wakes all threads that wait for a pulse of a monitor.</summary>
    PulseAll,

    /// <summary>Sets an event.</summary>
    Set,

    /// <summary>Resets an event.</summary>
    Reset,

    /// <summary>Starts a thread or queues a work item.</summary>
    Start,

    /// <summary>Ends a thread or work item.</summary>
    End,

    /// <summary>Blocks until a thread has ended or a task is complete.</summary>
    Join,

    /// <summary>Suspends an async method until a task is complete.</summary>
    Await,

    /// <summary>Completes a task.</summary>
    Complete,

    /// <summary>Interrupts a thread.</summary>
    Interrupt,

    /// <summary>Lets other threads run.</summary>
    Yield,

    /// <summary>Lets time pass.</summary>
    Sleep,

    /// <summary>A full memory barrier.</summary>
    Fence,

    /// <summary>
    /// Calls a library; the steps inside it are shown only with <see cref="CheckOptions.ShowLibraries"/>. In a check for linearizability
    /// also the beginning of a call of an operation.
    /// </summary>
    Call,

    /// <summary>In a check for linearizability, the end of a call of an operation; the step's value says how it ended.</summary>
    Return,
}
