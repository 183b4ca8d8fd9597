using Braid.Checking.Engine;

namespace Braid.Checking.Reports;

/// <summary>A step that was done.</summary>
/// <param name="thread">Who did it.</param>
/// <param name="operation">What, on which object, and where.</param>
internal sealed class RecordedStep(ControlledThread thread, in Operation operation)
{
    public ControlledThread Thread { get; } = thread;

    public Operation Operation { get; } = operation;

    /// <summary>The program's call that led there, if the step is inside of a library.</summary>
    public int CallSite { get; } = thread.CallSite;

    /// <summary>What came of it; null if that goes without saying.</summary>
    public string? Outcome { get; set; }
}
