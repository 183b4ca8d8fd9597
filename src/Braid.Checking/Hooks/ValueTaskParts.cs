using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>What lies in a value task.</summary>
/// <param name="Behind">A task, a source, or null for a value that is there.</param>
/// <param name="Token">Which use of the source.</param>
/// <param name="ContinuesOnContext">Where its continuation runs matters.</param>
/// <param name="Result">The type of its result; null for one without.</param>
internal readonly record struct ValueTaskParts(object? Behind, short Token, bool ContinuesOnContext, Type? Result)
{
    public static ValueTaskParts Of(ValueTask task) => new(ObjectOf(ref task), TokenOf(ref task), ContextOf(ref task), null);

    /// <summary>As <see cref="Awaiters.Register"/>.</summary>
    public AwaitContinuation? Register(ControlledThread thread, Action action, int site)
    {
        switch (Behind)
        {
            case null:
                return AwaitContinuation.Register(thread, Task.CompletedTask, action, ContinuesOnContext, site);
            case Task task:
                return AwaitContinuation.Register(thread, task, action, ContinuesOnContext, site);
            default:
                ValueTaskSourceOnCompletedFlags flags = ContinuesOnContext ? ValueTaskSourceOnCompletedFlags.UseSchedulingContext : ValueTaskSourceOnCompletedFlags.None;
                if (Behind.GetType().Assembly == typeof(object).Assembly)
                {
                    RequireControlled(thread, Behind, site);
                    var next = new SourceContinuation(thread, static state => ((Action)state!)(), action, flags, site);
                    Sources.OnCompleted(Behind, Result, SourceContinuation.Completed, next, Token, ValueTaskSourceOnCompletedFlags.None);
                    TaskResource.Drain(thread);
                    return null;
                }

                Sources.OnCompleted(Behind, Result, static state => ((Action)state!)(), action, Token, flags);
                return null;
        }
    }

    /// <summary>Whether it is complete: of a task, a look at it; of a source the program's own code tells.</summary>
    /// <returns>Null where the value task itself is to be asked.</returns>
    public Task? Task => Behind as Task;

    /// <summary>Of the sources in .NET's own core, most are completed where nobody controls it: files, sockets.</summary>
    private static void RequireControlled(ControlledThread thread, object source, int site)
    {
        if (source.GetType().DeclaringType != typeof(PeriodicTimer))
        {
            thread.Execution.FailIn(thread, new Failure(Verdict.NotControlled, $"{thread.Name} awaits at {SourceMap.Where(thread.Shown(site))} a value task of {source.GetType()}, which the checker does not control; leave it out of what is checked, or put something that is controlled in its place (docs/checking.md lists what is)")
            {
                Details = [.. StackText.ProgramFrames(Environment.StackTrace)],
                Sites = [site],
            });
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_obj")]
    private static extern ref object? ObjectOf(ref ValueTask task);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_token")]
    private static extern ref short TokenOf(ref ValueTask task);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_continueOnCapturedContext")]
    private static extern ref bool ContextOf(ref ValueTask task);

    private static class Sources
    {
        private static readonly MethodInfo s_withResult = typeof(Sources).GetMethod(nameof(OnCompletedOf), BindingFlags.Static | BindingFlags.NonPublic)!;
        private static readonly System.Collections.Concurrent.ConcurrentDictionary<Type, Action<object, Action<object?>, object?, short, ValueTaskSourceOnCompletedFlags>> s_known = new();

        public static void OnCompleted(object source, Type? result, Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            if (result is null)
            {
                ((IValueTaskSource)source).OnCompleted(continuation, state, token, flags);
                return;
            }

            s_known.GetOrAdd(result, static result => s_withResult.MakeGenericMethod(result).CreateDelegate<Action<object, Action<object?>, object?, short, ValueTaskSourceOnCompletedFlags>>())(source, continuation, state, token, flags);
        }

        private static void OnCompletedOf<T>(object source, Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            ((IValueTaskSource<T>)source).OnCompleted(continuation, state, token, flags);
    }
}
