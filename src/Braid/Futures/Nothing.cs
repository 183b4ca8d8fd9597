namespace Braid.Futures;

/// <summary>Turns a call without a result into one with an empty result.</summary>
internal static class Nothing
{
    /// <remarks>An extension, so that a delegate to it is bound to the action itself and needs no closure.</remarks>
    public static ValueTuple AsUnit(this Action action)
    {
        action();
        return default;
    }

    /// <inheritdoc cref="AsUnit" path="/remarks"/>
    public static async Task<ValueTuple> AwaitAsUnit<T>(this Func<T, Task> function, T argument)
    {
        await function(argument);
        return default;
    }
}
