namespace Braid.Checking;

/// <summary>A step of the schedule that a report shows: something that one thread did, before anything that later steps did.</summary>
/// <remarks>The rows of <see cref="CheckReport.Timeline"/> are made of the steps that take part in the fault.</remarks>
public sealed record CheckStep
{
    /// <summary>
    /// Its number in the schedule, from 1. If that of the first step is greater, earlier steps were left out: a report holds the last
    /// 2,000.
    /// </summary>
    public required int Number { get; init; }

    /// <summary>The thread that took it.</summary>
    public required StepThread Thread { get; init; }

    /// <summary>The task that the thread was running. Null if it was running none, or an async method that was never suspended.</summary>
    public StepTask? Task { get; init; }

    /// <summary>
    /// Its place in the program; for a step inside a library, where the program called that. Null if it has no place in the program, as the
    /// end of a thread, or its start by a timer.
    /// </summary>
    public StepPlace? Place { get; init; }

    /// <summary>What it did.</summary>
    public required StepOperation Operation { get; init; }

    /// <summary>
    /// The object of the operation, by its name in the report: <c>Account._balance</c>, <c>lock Account._gate</c>, <c>thread 1</c>; for
    /// <see cref="StepOperation.Call"/>, the member called. Empty if there is none.
    /// </summary>
    public string Target { get; init; } = "";

    /// <summary>The value read or written, as the report shows it. Null if it is not known.</summary>
    public string? Value { get; init; }

    /// <summary>How it ended.</summary>
    public StepOutcome Outcome { get; init; }

    /// <summary>The step in words, as a row of the timeline: <c>reads Account._balance = 0</c>.</summary>
    public required string Text { get; init; }

    /// <summary>How often it was taken in succession; more than 1 for a loop that repeats the same step with the same result.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Whether it takes part in the fault.</summary>
    public bool TakesPart { get; init; }

    /// <summary>
    /// The locks that the thread holds after the step, in the order in which it acquired them: the one that the step acquires is among
    /// them, the one that it releases no longer is.
    /// </summary>
    public IReadOnlyList<StepHold> Holds { get; init; } = [];

    /// <summary>The later steps that this one woke, handed something to, or was awaited by, in order.</summary>
    public IReadOnlyList<StepLink> Links { get; init; } = [];
}
