using Braid.Checking.Engine;

namespace Braid.Checking.Reports;

/// <summary>A step that was done.</summary>
/// <param name="thread">Who did it.</param>
/// <param name="operation">What, on which object, and where.</param>
internal sealed class RecordedStep(ControlledThread thread, in Operation operation)
{
    public ControlledThread Thread { get; } = thread;

    public Operation Operation { get; } = operation;

    /// <summary>The program's last call into a library.</summary>
    public int CallSite { get; } = thread.CallSite;

    /// <summary>The place that a report shows: within a library or an accessor, the program's call of it.</summary>
    public int Shown { get; } = thread.Shown(operation.Site);

    /// <summary>When it was done.</summary>
    public int Tick { get; } = thread.Execution.Tick;

    /// <summary>What came of it; null if that goes without saying.</summary>
    public string? Outcome { get; set; }
}
