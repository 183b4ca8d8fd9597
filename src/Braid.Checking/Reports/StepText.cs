using Braid.Checking.Engine;

namespace Braid.Checking.Reports;

/// <summary>A step in a few words.</summary>
internal static class StepText
{
    public static string Of(RecordedStep step)
    {
        Operation operation = step.Operation;
        string name = operation.Target is null ? ""
            : operation.Target is Memory.Variable ? Text.Subject(step.IsAccessor ? step.Shown : operation.Site)
            : Text.Of(operation.Target, operation.Site);
        name = operation.Target is Hooks.TaskResource task ? TaskText.Of(task) : name;
        return operation.Kind switch
        {
            OperationKind.Signal when operation.Target is Hooks.TaskResource => $"completes the {name}",
            OperationKind.Await => $"awaits the {name}",
            OperationKind.Join when operation.Target is Hooks.TaskResource => WithOutcome($"waits for the {name}", step),
            OperationKind.AwaitSignal or OperationKind.Take or OperationKind.Acquire when step.Outcome == RecordedStep.Begins =>
                $"begins to wait for {name}",
            OperationKind.Read => step.Outcome is { } value ? $"reads {name} = {value}" : $"looks at {name}",
            OperationKind.Write => step.Outcome is { } value ? $"writes {name} = {value}" : $"changes {name}",
            OperationKind.Update => WithOutcome($"updates {name}", step),
            OperationKind.Acquire => WithOutcome($"takes {name}", step),
            OperationKind.TryAcquire or OperationKind.TryTake => WithOutcome($"tries to take {name}", step),
            OperationKind.Release => $"gives back {name}",
            OperationKind.Wait => WithOutcome($"waits on {name}", step),
            OperationKind.Pulse => $"pulses {name}",
            OperationKind.PulseAll => $"pulses all of {name}",
            OperationKind.Take => WithOutcome($"takes from {name}", step),
            OperationKind.Give => $"gives to {name}",
            OperationKind.AwaitSignal => WithOutcome($"has waited for {name}", step),
            OperationKind.Signal => $"sets {name}",
            OperationKind.Reset => $"resets {name}",
            OperationKind.Interrupt => $"interrupts {name}",
            OperationKind.Sleep => "sleeps",
            OperationKind.Yield => "yields",
            _ => operation.Kind.ToString().ToLowerInvariant(),
        };
    }

    private static string WithOutcome(string text, RecordedStep step) => step.Outcome is { } outcome ? $"{text}: {outcome}" : text;
}
