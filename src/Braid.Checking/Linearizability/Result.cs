using System.Reflection;
using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Memory;

namespace Braid.Checking.Linearizability;

/// <summary>What an operation returns, with its task awaited.</summary>
internal static class Result
{
    /// <summary>The result of an operation that returns nothing.</summary>
    public static readonly object None = new();

    public static object? Of<T>(Action<T> operation, object it)
    {
        operation((T)it);
        return None;
    }

    public static object? Of<TResult>(TResult result) => ReaderOf<TResult>.Get(result);

    /// <exception cref="ScenarioException">The operation and the model return different types.</exception>
    public static void RequireSame<TResult, TExpected>(string name)
    {
        (Type? result, Type? expected) = (ReaderOf<TResult>.Type, ReaderOf<TExpected>.Type);
        if (result != expected && result != typeof(object) && expected != typeof(object))
        {
            throw new ScenarioException(
                $"The operation {name} returns {NameOf(result)}, and its model {NameOf(expected)}: results of different types are never " +
                "equal. Let both return the same type.");
        }
    }

    /// <exception cref="ScenarioException">The operation returns a result, and the model does not.</exception>
    public static void RequireNone<TTask>(string name)
    {
        if (ReaderOf<TTask>.Type is { } type)
        {
            throw new ScenarioException(
                $"The operation {name} returns {NameOf(type)}, and its model nothing, so the results could not be compared. Let the " +
                "model return what the operation is to return.");
        }
    }

    private static string NameOf(Type? type) => type?.Name ?? "nothing";

    private static object? Await(Task task)
    {
        AwaitEnd(task);
        task.GetAwaiter().GetResult();
        return None;
    }

    private static void AwaitEnd(Task task)
    {
        if (ControlledThread.Current is { } thread)
        {
            TaskHooks.Await(thread, task, TaskResource.Find(thread, task)?.MadeAt ?? Sites.Engine);
        }
    }

    private static object? Await(ValueTask task) => Await(ValueTaskHooks.ToTask(task));

    private static object? AwaitTask<T>(Task<T> task)
    {
        AwaitEnd(task);
        return task.GetAwaiter().GetResult();
    }

    private static object? AwaitValueTask<T>(ValueTask<T> task) => AwaitTask(ValueTaskHooks.ToTask(task));

    /// <summary>How to obtain a result of this type.</summary>
    private static class ReaderOf<TResult>
    {
        /// <summary>The type that is compared; null if there is nothing to compare.</summary>
        public static readonly Type? Type;

        public static readonly Func<TResult, object?> Get;

        static ReaderOf()
        {
            Type type = typeof(TResult);
            Type? open = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
            (Type, Get) = type == typeof(Task) ? (null, (Func<TResult, object?>)(object)new Func<Task, object?>(Await))
                : type == typeof(ValueTask) ? (null, (Func<TResult, object?>)(object)new Func<ValueTask, object?>(Await))
                : open == typeof(Task<>) ? (type.GetGenericArguments()[0], Awaiting(nameof(AwaitTask), type))
                : open == typeof(ValueTask<>) ? (type.GetGenericArguments()[0], Awaiting(nameof(AwaitValueTask), type))
                : (type, static result => result);
            Type = Type is null ? null : Nullable.GetUnderlyingType(Type) ?? Type;
        }

        private static Func<TResult, object?> Awaiting(string method, Type type) =>
            typeof(Result).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type.GetGenericArguments()[0])
                .CreateDelegate<Func<TResult, object?>>();
    }
}
