namespace Braid.Checking;

/// <summary>How a step of a schedule ended.</summary>
public enum StepOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It began a wait; a later step of the thread ends that.</summary>
    Begun,

    /// <summary>It was an attempt, and failed.</summary>
    Failed,

    /// <summary>Its time expired.</summary>
    TimedOut,

    /// <summary>An interrupt ended its wait.</summary>
    Interrupted,

    /// <summary>A cancellation ended its wait.</summary>
    Cancelled,

    /// <summary>The thread still waited for it when the run ended.</summary>
    Blocked,
}
