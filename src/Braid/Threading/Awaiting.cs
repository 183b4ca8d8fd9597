using System.Diagnostics.CodeAnalysis;

namespace Braid.Threading;

/// <summary>
/// Makes functions that block until the task of an asynchronous function has ended. They hold only that function, so they can travel to
/// another process whenever it can.
/// </summary>
internal static class Awaiting
{
    // The overload to which a lambda binds that fits several. A lambda that only throws fits all that need no result; an asynchronous one
    // fits both kinds of task and, as async void, an Action, where its end would be lost. So tasks come first, those with a result before
    // those without.
    public const int Synchronous = 0;
    public const int ReturnsValueTask = 1;
    public const int ReturnsTask = 2;
    public const int ReturnsTaskOfResult = 3;

    [return: NotNullIfNotNull(nameof(function))]
    public static Action? Of(Func<Task>? function) => function is null ? null : () => function().GetAwaiter().GetResult();

    [return: NotNullIfNotNull(nameof(function))]
    public static Action? Of(Func<ValueTask>? function) => function is null ? null : () => function().AsTask().GetAwaiter().GetResult();

    public static Action? Both(Action? first, Func<Task>? second) =>
        first is not null && second is not null ? first + Of(second) : first ?? Of(second);

    public static Action<T> Of<T>(Func<T, Task> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return argument => function(argument).GetAwaiter().GetResult();
    }

    public static Action<T> Of<T>(Func<T, ValueTask> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return argument => function(argument).AsTask().GetAwaiter().GetResult();
    }

    public static Func<TResult> ResultOf<TResult>(Func<Task<TResult>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return () => function().GetAwaiter().GetResult();
    }

    public static Func<TResult> ResultOf<TResult>(Func<ValueTask<TResult>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return () => function().AsTask().GetAwaiter().GetResult();
    }

    public static Func<T, TResult> ResultOf<T, TResult>(Func<T, Task<TResult>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return argument => function(argument).GetAwaiter().GetResult();
    }

    public static Func<T, TResult> ResultOf<T, TResult>(Func<T, ValueTask<TResult>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return argument => function(argument).AsTask().GetAwaiter().GetResult();
    }

    public static Func<T1, T2, TResult> ResultOf<T1, T2, TResult>(Func<T1, T2, Task<TResult>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return (first, second) => function(first, second).GetAwaiter().GetResult();
    }

    public static Func<T1, T2, TResult> ResultOf<T1, T2, TResult>(Func<T1, T2, ValueTask<TResult>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return (first, second) => function(first, second).AsTask().GetAwaiter().GetResult();
    }

    public static Func<T1, T2, T3, TResult> ResultOf<T1, T2, T3, TResult>(Func<T1, T2, T3, Task<TResult>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return (first, second, third) => function(first, second, third).GetAwaiter().GetResult();
    }

    public static Func<T1, T2, T3, TResult> ResultOf<T1, T2, T3, TResult>(Func<T1, T2, T3, ValueTask<TResult>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return (first, second, third) => function(first, second, third).AsTask().GetAwaiter().GetResult();
    }
}
