using Braid.Checking.Engine;

namespace Braid.Checking.Reports;

/// <summary>A step that was done.</summary>
/// <param name="thread">Who did it.</param>
/// <param name="operation">What, on which object, and where.</param>
internal sealed class RecordedStep(ControlledThread thread, in Operation operation)
{
    /// <summary>The outcome of a step with which a wait has only begun.</summary>
    public const string Begins = "begins";

    public ControlledThread Thread { get; } = thread;

    public Operation Operation { get; } = operation;

    /// <summary>The program's last call into a library.</summary>
    public int CallSite { get; } = thread.CallSite;

    /// <summary>The place that a report shows: within a library or an accessor, the program's call of it.</summary>
    public int Shown { get; } = thread.Shown(operation.Site);

    /// <summary>It was done by an accessor that the program called there: what the code there names is what was read or written.</summary>
    public bool IsAccessor { get; } = thread.AccessorSite != 0;

    /// <summary>When it was done.</summary>
    public int Tick { get; } = thread.Execution.Tick;

    /// <summary>What came of it; null if that goes without saying.</summary>
    public string? Outcome { get; set; }
}
