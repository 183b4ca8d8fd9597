using System.Collections.Concurrent;

namespace Braid.Multiprocessing;

/// <summary>Calls a delegate of a given type and writes its result.</summary>
internal abstract class TaskRunner
{
    private static readonly ConcurrentDictionary<Type, TaskRunner> s_runners = new();

    /// <summary>Calls the delegate. Nothing is written before it has returned.</summary>
    /// <returns>An action that writes the result.</returns>
    public abstract Action<PayloadWriter> Run(Delegate function);

    public static TaskRunner For(Type type) => s_runners.GetOrAdd(type, static type => type == typeof(Action) ? new ActionRunner()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Func<>)
            ? (TaskRunner)Activator.CreateInstance(typeof(FunctionRunner<>).MakeGenericType(type.GenericTypeArguments))!
        : throw new InvalidOperationException($"A task is an Action or a Func<T>, not {type}."));

    /// <summary>
    /// Returns the same function as exactly a <see cref="Func{T}"/>. Variance may have made it from a function with a derived result; its
    /// result would then be written as the derived type, which the caller could not read.
    /// </summary>
    public static Func<T> Exactly<T>(Func<T> function) => function.GetType() == typeof(Func<T>) ? function
        : (Func<T>)Delegate.Combine(
            [.. function.GetInvocationList().Select(static one => Delegate.CreateDelegate(typeof(Func<T>), one.Target, one.Method))])!;

    private sealed class ActionRunner : TaskRunner
    {
        public override Action<PayloadWriter> Run(Delegate function)
        {
            ((Action)function)();
            return static writer => Payload.Write(writer, default(ValueTuple));
        }
    }

    private sealed class FunctionRunner<T> : TaskRunner
    {
        public override Action<PayloadWriter> Run(Delegate function)
        {
            T result = ((Func<T>)function)();
            return writer => Payload.Write(writer, result);
        }
    }
}
