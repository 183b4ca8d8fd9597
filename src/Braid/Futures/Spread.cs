namespace Braid.Futures;

/// <summary>Makes functions of tuples, and of nothing. They hold only the function and what it is called with, so that they travel to another process wherever it does.</summary>
internal static class Spread
{
    public static Func<(T1, T2), TResult> Over<T1, T2, TResult>(Func<T1, T2, TResult> function) =>
        items => function(items.Item1, items.Item2);

    public static Func<(T1, T2, T3), TResult> Over<T1, T2, T3, TResult>(Func<T1, T2, T3, TResult> function) =>
        items => function(items.Item1, items.Item2, items.Item3);

    public static Func<TResult> With<T, TResult>(Func<T, TResult> function, T argument) => () => function(argument);

    public static Func<ValueTuple> With<T>(Action<T> function, T argument) => () =>
    {
        function(argument);
        return default;
    };
}
