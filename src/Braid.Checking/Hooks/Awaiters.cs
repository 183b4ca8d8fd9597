using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// Registers continuations with awaiters: those of .NET's tasks in the model, others by their own members, which are the program's code.
/// </summary>
internal static class Awaiters
{
    /// <param name="thread">The thread that awaits.</param>
    /// <param name="awaiter">The awaiter.</param>
    /// <param name="continuation">The action to run.</param>
    /// <param name="site">The site of the await.</param>
    /// <param name="flowsContext">Whether the execution context flows with it, as with <see cref="INotifyCompletion.OnCompleted"/>.</param>
    /// <returns>The registered continuation; null if the program's own code keeps it.</returns>
    /// <exception cref="ArgumentNullException">The continuation is null.</exception>
    public static AwaitContinuation? Register<TAwaiter>(
        ControlledThread thread, ref TAwaiter awaiter, Action continuation, int site, bool flowsContext = false)
        where TAwaiter : INotifyCompletion
    {
        ArgumentNullException.ThrowIfNull(continuation);
        continuation = flowsContext && Kind<TAwaiter>.IsKnown ? WithCurrentContext(continuation) : continuation;
        switch (Kind<TAwaiter>.Value)
        {
            case AwaiterKind.Task:
                Task task = TaskOf(ref Unsafe.As<TAwaiter, TaskAwaiter>(ref awaiter));
                return AwaitContinuation.Register(thread, task, continuation, capturesContext: true, site);
            case AwaiterKind.ConfiguredTask:
                ref ConfiguredTaskAwaitable.ConfiguredTaskAwaiter configured =
                    ref Unsafe.As<TAwaiter, ConfiguredTaskAwaitable.ConfiguredTaskAwaiter>(ref awaiter);
                bool captures = (OptionsOf(ref configured) & ConfigureAwaitOptions.ContinueOnCapturedContext) != 0;
                return AwaitContinuation.Register(thread, TaskOf(ref configured), continuation, captures, site);
            case AwaiterKind.ValueTask:
                return Kind<TAwaiter>.Read!(ref awaiter).Register(thread, continuation, site);
            case AwaiterKind.Yield:
                var next = new AwaitContinuation(thread, null, continuation, capturesContext: true, site);
                next.Run(thread, canInline: false);
                return next;
            default:
                if (flowsContext || awaiter is not ICriticalNotifyCompletion)
                {
                    awaiter.OnCompleted(continuation);
                }
                else
                {
                    ((ICriticalNotifyCompletion)awaiter).UnsafeOnCompleted(continuation);
                }

                return null;
        }
    }

    /// <summary>The action, to be run in the current execution context.</summary>
    public static Action WithCurrentContext(Action action)
    {
        ExecutionContext? context = ExecutionContext.Capture();
        return context is null ? action : () => Execution.RunIn(context, action);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_task")]
    public static extern ref Task TaskOf(ref TaskAwaiter awaiter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_task")]
    public static extern ref Task TaskOf(ref ConfiguredTaskAwaitable.ConfiguredTaskAwaiter awaiter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_options")]
    public static extern ref ConfigureAwaitOptions OptionsOf(ref ConfiguredTaskAwaitable.ConfiguredTaskAwaiter awaiter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
    public static extern ref ValueTask ValueOf(ref ValueTaskAwaiter awaiter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
    public static extern ref ValueTask ValueOf(ref ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter awaiter);

    private delegate ValueTaskParts Reader<TAwaiter>(ref TAwaiter awaiter);

    /// <summary>What the type of an awaiter says about it.</summary>
    private static class Kind<TAwaiter>
    {
        public static readonly AwaiterKind Value = Find();

        public static bool IsKnown => Value != AwaiterKind.Other;

        public static readonly Reader<TAwaiter>? Read = Value == AwaiterKind.ValueTask ? MakeReader() : null;

        private static AwaiterKind Find()
        {
            Type type = typeof(TAwaiter).IsGenericType ? typeof(TAwaiter).GetGenericTypeDefinition() : typeof(TAwaiter);
            bool isConfiguredTask = type == typeof(ConfiguredTaskAwaitable.ConfiguredTaskAwaiter)
                || type == typeof(ConfiguredTaskAwaitable<>.ConfiguredTaskAwaiter);
            bool isValueTask = type == typeof(ValueTaskAwaiter)
                || type == typeof(ValueTaskAwaiter<>)
                || type == typeof(ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter)
                || type == typeof(ConfiguredValueTaskAwaitable<>.ConfiguredValueTaskAwaiter);
            return type == typeof(TaskAwaiter) || type == typeof(TaskAwaiter<>) ? AwaiterKind.Task
                : isConfiguredTask ? AwaiterKind.ConfiguredTask
                : isValueTask ? AwaiterKind.ValueTask
                : type == typeof(YieldAwaitable.YieldAwaiter) ? AwaiterKind.Yield
                : AwaiterKind.Other;
        }

        private static Reader<TAwaiter> MakeReader()
        {
            if (!typeof(TAwaiter).IsGenericType)
            {
                return typeof(TAwaiter) == typeof(ValueTaskAwaiter)
                    ? (Reader<TAwaiter>)(object)(Reader<ValueTaskAwaiter>)(static (ref awaiter) => ValueTaskParts.Of(ValueOf(ref awaiter)))
                    : (Reader<TAwaiter>)(object)(Reader<ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter>)(
                        static (ref awaiter) => ValueTaskParts.Of(ValueOf(ref awaiter)));
            }

            string name = typeof(TAwaiter).GetGenericTypeDefinition() == typeof(ValueTaskAwaiter<>)
                ? nameof(AwaitersOf<int>.Read)
                : nameof(AwaitersOf<int>.ReadConfigured);
            Type closed = typeof(AwaitersOf<>).MakeGenericType(typeof(TAwaiter).GetGenericArguments());
            return closed.GetMethod(name)!.CreateDelegate<Reader<TAwaiter>>();
        }
    }
}
