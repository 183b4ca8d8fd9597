namespace Braid.Checking.Engine;

/// <summary>A fault that a run has shown.</summary>
/// <param name="Verdict">Its kind.</param>
/// <param name="Sentence">What happened, in one sentence with names.</param>
internal sealed record Failure(Verdict Verdict, string Sentence)
{
    /// <summary>An unhandled exception ended a thread.</summary>
    public static Failure Unhandled(ControlledThread thread, Exception exception) => OwnFault.Is(exception)
        ? OwnFault.Describe(exception)
        : new(
            Verdict.UnhandledException,
            $"{thread.Name} ended by an unhandled exception: {exception.GetType().Name}: {exception.Message}")
        {
            Exception = exception,
            Thread = thread,
        };

    /// <summary>The body threw an exception.</summary>
    public static Failure Thrown(ControlledThread main, Exception exception) => OwnFault.Is(exception)
        ? OwnFault.Describe(exception)
        : new(Verdict.AssertionFailed, $"the body threw {exception.GetType().Name}: {exception.Message}")
        {
            Exception = exception,
            Thread = main,
        };

    /// <summary>The exception, if the fault is one.</summary>
    public Exception? Exception { get; init; }

    /// <summary>The thread that threw it.</summary>
    public ControlledThread? Thread { get; init; }

    /// <summary>Further lines of the report: what each thread holds, and where it waits.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>The calls of the scenario that showed it, with their results; empty if no scenario was run.</summary>
    public string Scenario { get; init; } = "";

    /// <summary>The type of the object that is not linearizable.</summary>
    public string? Subject { get; init; }

    /// <summary>The threads that wait, and their pending steps, when no thread is enabled.</summary>
    public IReadOnlyList<(ControlledThread Thread, Operation Operation)> Waiting { get; init; } = [];

    /// <summary>Whether threads wait for each other in a cycle.</summary>
    public bool IsRing { get; init; }

    /// <summary>The objects that the fault concerns; the timeline shows the operations on them.</summary>
    public IReadOnlyList<Resource> About { get; init; } = [];

    /// <summary>
    /// The sites that the fault concerns, in order. Two runs with the same verdict and the same sites show the same fault.
    /// </summary>
    public IReadOnlyList<int> Sites { get; init; } = [];
}
