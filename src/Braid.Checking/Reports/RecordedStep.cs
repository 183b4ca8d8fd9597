using Braid.Checking.Engine;
using Braid.Checking.Hooks;

namespace Braid.Checking.Reports;

/// <summary>A step that a thread took.</summary>
/// <param name="index">Its index among all steps of the run.</param>
/// <param name="thread">The thread.</param>
/// <param name="operation">The operation, its target and its site.</param>
internal sealed class RecordedStep(int index, ControlledThread thread, in Operation operation)
{
    /// <summary>The outcome of a step that only began a wait.</summary>
    public const string Begins = "begins";

    public int Index { get; } = index;

    public ControlledThread Thread { get; } = thread;

    public Operation Operation { get; } = operation;

    /// <summary>The program's last call into a library.</summary>
    public int CallSite { get; } = thread.CallSite;

    /// <summary>The site that a report shows: within a library or an accessor, the program's call into it.</summary>
    public int Shown { get; } = thread.Shown(operation.Site);

    /// <summary>
    /// Whether an accessor that the program called there took the step: then the name at the call is that of the location read or written.
    /// </summary>
    public bool IsAccessor { get; } = thread.AccessorSite != 0;

    /// <summary>When the step was taken.</summary>
    public int Tick { get; } = thread.Execution.Tick;

    /// <summary>The async method that the thread ran, by its number in <see cref="Memory.MethodFlows"/>; 0 for none.</summary>
    public int Flow { get; } = thread.Flow;

    /// <summary>The task whose delegate the thread ran; null for none.</summary>
    public TaskResource? Delegate { get; init; }

    /// <summary>The result of the step; null if it is self-evident.</summary>
    public string? Outcome { get; set; }

    /// <summary>What the thread holds after the step.</summary>
    public IReadOnlyList<HeldLock> Held { get; set; } = [];

    /// <summary>The earlier steps that made this one possible, by index.</summary>
    /// <remarks>Not the steps themselves: each would keep all earlier ones alive, without bound in an endless run.</remarks>
    public IReadOnlyList<(int Index, StepLinkKind Kind)> Causes { get; init; } = [];
}
