using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Threading;

/// <summary>
/// Refuses functions that are <c>async void</c>: an asynchronous lambda becomes one if an <see cref="Action"/> is expected.
/// </summary>
/// <remarks>
/// The caller of such a function continues at its first await, as if it were done, and an exception that it throws later ends the program.
/// The compiler marks their methods, so they can be recognised.
/// </remarks>
internal static class AsyncVoid
{
    private static readonly ConcurrentDictionary<MethodInfo, bool> s_known = new();

    /// <exception cref="ArgumentException">The function, or one of several in it, is async void.</exception>
    public static void Refuse(Delegate? function, string advice, [CallerArgumentExpression(nameof(function))] string parameter = "")
    {
        foreach (Delegate one in function?.GetInvocationList() ?? [])
        {
            if (Is(one.Method))
            {
                throw new ArgumentException(
                    "The function is asynchronous and gives no task (async void): it would count as done at its first await, and an " +
                    $"exception after that would end the program. {advice}",
                    parameter);
            }
        }
    }

    /// <summary>Like <see cref="Refuse"/>, for calls so short that querying the delegate's method would be noticeable.</summary>
    /// <exception cref="ArgumentException">The function, or one of several in it, is async void.</exception>
    public static void RefuseQuickly(Delegate function, string advice, [CallerArgumentExpression(nameof(function))] string parameter = "")
    {
        if (!KnownMethods.AreHarmless(function))
        {
            Refuse(function, advice, parameter);
            KnownMethods.Add(function);
        }
    }

    /// <summary>Refuses a function whose type hides that it is asynchronous: one that returns a task for which no one would wait.</summary>
    /// <exception cref="ArgumentException">The result is a task.</exception>
    public static void RefuseTask<TResult>(string parameter = "function")
    {
        if (Result<TResult>.IsTask)
        {
            throw new ArgumentException(
                "The function returns a task that would never be awaited. Make it asynchronous and return a value (async x => { ...; " +
                "return true; }), or block until the task has ended.",
                parameter);
        }
    }

    public static bool Is(MethodInfo method) =>
        method.ReturnType == typeof(void)
            && s_known.GetOrAdd(method, static method => method.IsDefined(typeof(AsyncStateMachineAttribute), inherit: false));

    private static class Result<T>
    {
        public static readonly bool IsTask = typeof(T).IsAssignableTo(typeof(Task)) || typeof(T) == typeof(ValueTask)
            || (typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(ValueTask<>));
    }
}
