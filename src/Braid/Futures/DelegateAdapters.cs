namespace Braid.Futures;

/// <summary>
/// Adapts functions to the shape that a call needs: a tuple instead of arguments, a bound argument, an empty result instead of none. The
/// adapters hold only the function and its arguments, so they can travel to another process whenever these can.
/// </summary>
internal static class DelegateAdapters
{
    public static Func<(T1, T2), TResult> OverTuple<T1, T2, TResult>(Func<T1, T2, TResult> function) =>
        items => function(items.Item1, items.Item2);

    public static Func<(T1, T2, T3), TResult> OverTuple<T1, T2, T3, TResult>(Func<T1, T2, T3, TResult> function) =>
        items => function(items.Item1, items.Item2, items.Item3);

    public static Func<TResult> Bind<T, TResult>(Func<T, TResult> function, T argument) => () => function(argument);

    public static Func<ValueTuple> Bind<T>(Action<T> function, T argument) => () =>
    {
        function(argument);
        return default;
    };

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
