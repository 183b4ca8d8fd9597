namespace Braid.Checking;

/// <summary>What one step of a schedule means for a later one.</summary>
public enum StepLinkKind
{
    /// <summary>It starts the thread or work item whose first step is the later one.</summary>
    Start,

    /// <summary>It releases what the later step acquires, after a wait for it.</summary>
    HandOver,

    /// <summary>It ends the wait of the later step: sets the event, pulses the monitor, interrupts or cancels the wait.</summary>
    Wake,

    /// <summary>
    /// It ends the thread or completes the task that the later step joins, or that an async method awaited which continues with that step.
    /// </summary>
    Await,

    /// <summary>It wrote what the later step reads, on another thread.</summary>
    Value,

    /// <summary>It acquired what the later step still waits for when the run ends.</summary>
    Block,
}
