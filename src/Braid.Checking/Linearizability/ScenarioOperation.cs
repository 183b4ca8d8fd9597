namespace Braid.Checking.Linearizability;

/// <summary>An operation that scenarios may call.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="Arguments">For each parameter, the values from which its argument is drawn.</param>
/// <param name="Call">Calls it on the concurrent object; returns its result, or <see cref="Result.None"/>.</param>
/// <param name="Model">Like <paramref name="Call"/>, for the model.</param>
/// <param name="When">Whether the model lets the operation take place; null if it always does.</param>
internal sealed record ScenarioOperation(
    string Name,
    object?[][] Arguments,
    Func<object, object?[], object?> Call,
    Func<object, object?[], object?> Model,
    Func<object, object?[], bool>? When)
{
    /// <summary>The values of a call's arguments.</summary>
    public object?[] ValuesOf(ScenarioCall call)
    {
        object?[] values = new object?[Arguments.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Arguments[i][call.Arguments[i]];
        }

        return values;
    }

    /// <summary>"Push(1)".</summary>
    public string TextOf(ScenarioCall call) => $"{Name}({string.Join(", ", ValuesOf(call).Select(OutcomeText.Of))})";
}
