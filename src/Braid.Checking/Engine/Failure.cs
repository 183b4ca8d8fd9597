namespace Braid.Checking.Engine;

/// <summary>A fault that a run has shown.</summary>
/// <param name="Verdict">Its kind.</param>
/// <param name="Sentence">What happened, in one sentence with names.</param>
internal sealed record Failure(Verdict Verdict, string Sentence)
{
    /// <summary>An exception that nobody has caught has come to the end of a thread.</summary>
    public static Failure Unhandled(ControlledThread thread, Exception exception) => OwnFault.Is(exception)
        ? OwnFault.Describe(exception)
        : new(Verdict.UnhandledException, $"{thread.Name} ended by an exception that nobody catches: {exception.GetType().Name}: {exception.Message}") { Exception = exception, Thread = thread };

    /// <summary>The body has thrown.</summary>
    public static Failure Thrown(ControlledThread main, Exception exception) => OwnFault.Is(exception)
        ? OwnFault.Describe(exception)
        : new(Verdict.AssertionFailed, $"the body threw {exception.GetType().Name}: {exception.Message}") { Exception = exception, Thread = main };

    /// <summary>What was thrown, if that is the fault.</summary>
    public Exception? Exception { get; init; }

    /// <summary>In which thread it was thrown.</summary>
    public ControlledThread? Thread { get; init; }

    /// <summary>Further lines: who holds what, who waits where.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>The calls of the scenario that showed it, with their results; empty if there is none.</summary>
    public string Scenario { get; init; } = "";

    /// <summary>The type of the object that is not linearizable.</summary>
    public string? Subject { get; init; }

    /// <summary>Who waits, and for what, when nobody can go on.</summary>
    public IReadOnlyList<(ControlledThread Thread, Operation Operation)> Waiting { get; init; } = [];

    /// <summary>Threads wait for each other in a ring.</summary>
    public bool IsRing { get; init; }

    /// <summary>Objects the fault is about; the timeline shows what was done to them.</summary>
    public IReadOnlyList<Resource> About { get; init; } = [];

    /// <summary>Code places the fault is about, in order; together with the verdict they say whether two runs show the same fault.</summary>
    public IReadOnlyList<int> Sites { get; init; } = [];
}
