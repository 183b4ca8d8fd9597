using Braid.Checking.Engine;

namespace Braid.Checking.Reports;

/// <summary>A step that a thread took.</summary>
/// <param name="thread">The thread.</param>
/// <param name="operation">What it did, on which object, and where.</param>
internal sealed class RecordedStep(ControlledThread thread, in Operation operation)
{
    /// <summary>The outcome of a step that only began a wait.</summary>
    public const string Begins = "begins";

    public ControlledThread Thread { get; } = thread;

    public Operation Operation { get; } = operation;

    /// <summary>The program's last call into a library.</summary>
    public int CallSite { get; } = thread.CallSite;

    /// <summary>The place that a report shows: within a library or an accessor, the program's call into it.</summary>
    public int Shown { get; } = thread.Shown(operation.Site);

    /// <summary>
    /// Whether an accessor that the program called there took the step: the name at the call is then what was read or written.
    /// </summary>
    public bool IsAccessor { get; } = thread.AccessorSite != 0;

    /// <summary>When the step was taken.</summary>
    public int Tick { get; } = thread.Execution.Tick;

    /// <summary>The result of the step; null if it is self-evident.</summary>
    public string? Outcome { get; set; }
}
