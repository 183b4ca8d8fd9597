using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Threading.Tasks.Sources;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The fields of a value task.</summary>
/// <param name="Behind">A task, a source, or null if the value is available.</param>
/// <param name="Token">Identifies this use of the source.</param>
/// <param name="ContinuesOnContext">Whether its continuation runs on the captured context.</param>
/// <param name="Result">The type of its result; null for one without.</param>
internal readonly record struct ValueTaskParts(object? Behind, short Token, bool ContinuesOnContext, Type? Result)
{
    public static ValueTaskParts Of(ValueTask task) => new(ObjectOf(ref task), TokenOf(ref task), ContextOf(ref task), null);

    /// <summary>Like <see cref="Awaiters.Register"/>.</summary>
    public AwaitContinuation? Register(ControlledThread thread, Action action, int site)
    {
        switch (Behind)
        {
            case null:
                return AwaitContinuation.Register(thread, Task.CompletedTask, action, ContinuesOnContext, site);
            case Task task:
                return AwaitContinuation.Register(thread, task, action, ContinuesOnContext, site);
            default:
                ValueTaskSourceOnCompletedFlags flags = ContinuesOnContext
                    ? ValueTaskSourceOnCompletedFlags.UseSchedulingContext
                    : ValueTaskSourceOnCompletedFlags.None;
                if (IsOutside(Behind))
                {
                    AwaitOutside(thread, site);
                    SourceContinuation.Completed(new SourceContinuation(thread, static state => ((Action)state!)(), action, flags, site));
                    TaskResource.Drain(thread);
                    return null;
                }

                if (Behind.GetType().Assembly == typeof(object).Assembly)
                {
                    var next = new SourceContinuation(thread, static state => ((Action)state!)(), action, flags, site);
                    Sources.OnCompleted(Behind, Result, SourceContinuation.Completed, next, Token, ValueTaskSourceOnCompletedFlags.None);
                    TaskResource.Drain(thread);
                    return null;
                }

                Sources.OnCompleted(Behind, Result, static state => ((Action)state!)(), action, Token, flags);
                return null;
        }
    }

    /// <summary>Like <see cref="TaskResource.CheckToAwait"/>.</summary>
    /// <param name="thread">The thread that awaits.</param>
    /// <param name="isCompleted">What the value task itself says.</param>
    /// <param name="site">The site of the await.</param>
    public bool CheckToAwait(ControlledThread thread, bool isCompleted, int site)
    {
        if (Task is { } task)
        {
            return TaskResource.CheckToAwait(thread, task, site);
        }

        if (isCompleted || !MayRunOutside(thread))
        {
            return isCompleted;
        }

        AwaitOutside(thread, site);
        return true;
    }

    /// <summary>Checks the task, if there is one.</summary>
    /// <returns>Whether it is a source for which <see cref="MayRunOutside"/> holds: it must be awaited unless it is complete.</returns>
    public bool CheckTask(ControlledThread thread, int site)
    {
        if (Task is { } task)
        {
            TaskResource.Check(thread, task, site);
            return false;
        }

        return MayRunOutside(thread);
    }

    /// <summary>Whether it is a source that code outside of control completes, and such code may run.</summary>
    public bool MayRunOutside(ControlledThread thread) =>
        Behind is not null && Task is null && thread.Execution.Settings.Outside.IsAny && IsOutside(Behind);

    /// <summary>Waits in real time for a source that is completed outside of control; stops the run if no code may run there.</summary>
    public void AwaitOutside(ControlledThread thread, int site)
    {
        var completed = new ManualResetEvent(false);   // not disposed: if the run ends first, it is set later
        if (thread.Execution.Settings.Outside.IsAny)
        {
            Sources.OnCompleted(
                Behind!, Result, static state => ((ManualResetEvent)state!).Set(), completed, Token, ValueTaskSourceOnCompletedFlags.None);
        }

        Refusal.Await(thread, $"a value task of {Behind!.GetType()}", completed, site);
    }

    /// <summary>The task to check for completion; for a source, the program's own code answers.</summary>
    /// <returns>Null if the value task itself must be asked.</returns>
    public Task? Task => Behind as Task;

    /// <summary>Whether files, sockets and the like complete the source: its code is not rewritten.</summary>
    private static bool IsOutside(object source) =>
        source.GetType().DeclaringType != typeof(PeriodicTimer)
        && AssemblyLoadContext.GetLoadContext(source.GetType().Assembly) is not Rewriting.SubjectContext;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_obj")]
    private static extern ref object? ObjectOf(ref ValueTask task);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_token")]
    private static extern ref short TokenOf(ref ValueTask task);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_continueOnCapturedContext")]
    private static extern ref bool ContextOf(ref ValueTask task);

    private static class Sources
    {
        private static readonly MethodInfo s_withResult =
            typeof(Sources).GetMethod(nameof(OnCompletedOf), BindingFlags.Static | BindingFlags.NonPublic)!;

        private static readonly ConcurrentDictionary<Type, OnCompletedCall> s_known = new();

        private delegate void OnCompletedCall(
            object source, Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags);

        public static void OnCompleted(
            object source, Type? result, Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            if (result is null)
            {
                ((IValueTaskSource)source).OnCompleted(continuation, state, token, flags);
                return;
            }

            OnCompletedCall call = s_known.GetOrAdd(
                result, static result => s_withResult.MakeGenericMethod(result).CreateDelegate<OnCompletedCall>());
            call(source, continuation, state, token, flags);
        }

        private static void OnCompletedOf<T>(
            object source, Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            ((IValueTaskSource<T>)source).OnCompleted(continuation, state, token, flags);
    }
}
