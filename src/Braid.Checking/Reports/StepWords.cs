using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Linearizability;
using Braid.Checking.Memory;

namespace Braid.Checking.Reports;

/// <summary>A step in the words of a report.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Target">The name of the object; empty if there is none.</param>
/// <param name="Text">The whole step in a few words.</param>
internal sealed record StepWords(StepOperation Operation, string Target, string Text)
{
    /// <summary>The value read or written; null if it is not known.</summary>
    public string? Value { get; init; }

    public StepOutcome Outcome { get; init; }

    public static StepWords Of(RecordedStep step)
    {
        Operation operation = step.Operation;
        StepOperation what = WhatOf(operation);
        string name = NameOf(step);
        if (operation.Target is CallRecord)
        {
            return what == StepOperation.Call
                ? new StepWords(what, name, $"calls {name}")
                : new StepWords(what, name, $"{name} {step.Outcome}") { Value = step.Outcome };
        }

        if (what is StepOperation.Read or StepOperation.Write or StepOperation.Update)
        {
            return new StepWords(what, name, WithValue(what, name, step.Outcome)) { Value = step.Outcome };
        }

        if (what == StepOperation.Buffer)
        {
            return new StepWords(what, name, $"puts {name} = {step.Outcome} into its store buffer") { Value = step.Outcome };
        }

        string text = what switch
        {
            StepOperation.Complete => $"completes the {name}",
            StepOperation.Await => $"awaits the {name}",
            StepOperation.Join when operation.Target is TaskResource => WithOutcome($"waits for the {name}", step),
            StepOperation.Join when operation.Target is ThreadEnd => WithOutcome($"joins {name}", step),
            StepOperation.Join => WithOutcome($"waits for {name}", step),
            StepOperation.Wait or StepOperation.Acquire when step.Outcome == RecordedStep.Begins => $"begins to wait for {name}",
            StepOperation.Acquire when operation.Kind == OperationKind.Take => WithOutcome($"takes from {name}", step),
            StepOperation.Acquire => WithOutcome($"takes {name}", step),
            StepOperation.TryAcquire => WithOutcome($"tries to take {name}", step),
            StepOperation.Release => $"releases {name}",
            StepOperation.Wait when operation.Kind == OperationKind.AwaitSignal => WithOutcome($"has waited for {name}", step),
            StepOperation.Wait => WithOutcome($"waits on {name}", step),
            StepOperation.Pulse => $"pulses {name}",
            StepOperation.PulseAll => $"pulses all of {name}",
            StepOperation.Set => $"sets {name}",
            StepOperation.Reset => $"resets {name}",
            StepOperation.Interrupt => $"interrupts {name}",
            StepOperation.Start => $"starts {name}",
            StepOperation.Sleep => "sleeps",
            StepOperation.Yield => "yields",
            StepOperation.End => "ends",
            _ => "passes a full fence",
        };
        return new StepWords(what, name, text) { Outcome = what == StepOperation.Sleep ? StepOutcome.Done : OutcomeOf(step) };
    }

    /// <summary>The program's call of a member of a library, and what that does to memory if it is to be shown.</summary>
    public static StepWords OfCall(string member, StepWords? does = null) =>
        new(StepOperation.Call, member, does is null ? member : $"{member} {does.Text}") { Value = does?.Value };

    /// <summary>The program's use of a property or an indexer.</summary>
    public static StepWords OfAccessor(string name, bool writes) =>
        new(writes ? StepOperation.Write : StepOperation.Read, name, writes ? $"writes {name}" : $"reads {name}");

    /// <summary>What a thread still waits for when the run ends.</summary>
    public static StepWords OfWait(in Operation operation, string text) =>
        new(WhatOf(operation), operation.Target is null or Never ? "" : Reports.Text.Of(operation), text) { Outcome = StepOutcome.Blocked };

    private static StepOperation WhatOf(in Operation operation) => operation.Kind switch
    {
        OperationKind.Read => StepOperation.Read,
        OperationKind.Write => StepOperation.Write,
        OperationKind.Update => StepOperation.Update,
        OperationKind.Buffer => StepOperation.Buffer,
        OperationKind.Acquire or OperationKind.Take => StepOperation.Acquire,
        OperationKind.TryAcquire or OperationKind.TryTake => StepOperation.TryAcquire,
        OperationKind.Release or OperationKind.Give => StepOperation.Release,
        OperationKind.Wait or OperationKind.AwaitSignal => StepOperation.Wait,
        OperationKind.Pulse => StepOperation.Pulse,
        OperationKind.PulseAll => StepOperation.PulseAll,
        OperationKind.Signal => operation.Target is TaskResource ? StepOperation.Complete : StepOperation.Set,
        OperationKind.Reset => StepOperation.Reset,
        OperationKind.Start or OperationKind.Spawn => StepOperation.Start,
        OperationKind.Complete => StepOperation.End,
        OperationKind.Join => StepOperation.Join,
        OperationKind.Await => StepOperation.Await,
        OperationKind.Interrupt => StepOperation.Interrupt,
        OperationKind.Yield => StepOperation.Yield,
        OperationKind.Sleep => StepOperation.Sleep,
        OperationKind.Fence => StepOperation.Fence,
        OperationKind.Call => StepOperation.Call,
        OperationKind.Return => StepOperation.Return,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    private static StepOutcome OutcomeOf(RecordedStep step) => step.Outcome switch
    {
        RecordedStep.Begins => StepOutcome.Begun,
        "false" => StepOutcome.Failed,
        "timed out" => StepOutcome.TimedOut,
        "interrupted" => StepOutcome.Interrupted,
        "cancelled" => StepOutcome.Cancelled,
        _ => StepOutcome.Done,
    };

    private static string NameOf(RecordedStep step) => step.Operation switch
    {
        { Target: null or Never } => "",
        { Target: Variable, Site: var site } => Reports.Text.Subject(step.IsAccessor ? step.Shown : site),
        { Target: TaskResource task } => TaskText.Of(task),
        { Target: CallRecord call } => call.Text,
        { Target: ThreadEnd { Of: { } thread }, Kind: OperationKind.Spawn or OperationKind.Join or OperationKind.Complete } => thread.Name,
        { Target: { } target, Site: var site } => Reports.Text.Of(target, site),
    };

    private static string WithValue(StepOperation what, string name, string? value) => (what, value) switch
    {
        (StepOperation.Read, null) => $"looks at {name}",
        (StepOperation.Read, _) => $"reads {name} = {value}",
        (StepOperation.Write, null) => $"changes {name}",
        (StepOperation.Write, _) => $"writes {name} = {value}",
        (_, null) => $"updates {name}",
        _ => $"updates {name}: {value}",
    };

    private static string WithOutcome(string text, RecordedStep step) => step.Outcome is { } outcome ? $"{text}: {outcome}" : text;
}
