using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// The builders of async methods: where a method is suspended, and where its task completes. See <see cref="TaskResource"/>.
/// </summary>
/// <remarks>A builder's two ways to await give the same action to an awaiter that only keeps it, so one hook serves both.</remarks>
[Hooks(typeof(AsyncTaskMethodBuilder), Allowed = ["Create", "Start", "SetStateMachine", "get_Task"])]
[Hooks(typeof(AsyncTaskMethodBuilder<>), Allowed = ["Create", "Start", "SetStateMachine", "get_Task"])]
[Hooks(typeof(AsyncValueTaskMethodBuilder), Allowed = ["Create", "Start", "SetStateMachine", "get_Task"])]
[Hooks(typeof(AsyncValueTaskMethodBuilder<>), Allowed = ["Create", "Start", "SetStateMachine", "get_Task"])]
[Hooks(typeof(AsyncVoidMethodBuilder), Allowed = ["Create", "Start", "SetStateMachine", "SetResult"])]
[Hooks(typeof(AsyncIteratorMethodBuilder), Allowed = ["Create", "MoveNext", "Complete"])]
internal static class AsyncBuilderHooks
{
    public static void AwaitOnCompleted<TAwaiter, TStateMachine>(
        ref AsyncTaskMethodBuilder self, ref TAwaiter awaiter, ref TStateMachine stateMachine, ControlledThread thread, int site)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        var captured = new CapturedAwaiter();
        self.AwaitOnCompleted(ref captured, ref stateMachine);
        Suspended(thread, TaskOf(ref self), ref awaiter, captured.Action, site);
    }

    public static void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(
        ref AsyncTaskMethodBuilder self, ref TAwaiter awaiter, ref TStateMachine stateMachine, ControlledThread thread, int site)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        AwaitOnCompleted(ref self, ref awaiter, ref stateMachine, thread, site);

    public static void SetResult(ref AsyncTaskMethodBuilder self, ControlledThread thread, int site)
    {
        TaskResource? known = Completing(thread, TaskOf(ref self), site);
        self.SetResult();
        known?.Finish(thread);
    }

    public static void SetException(ref AsyncTaskMethodBuilder self, Exception exception, ControlledThread thread, int site)
    {
        TaskResource? known = Completing(thread, TaskOf(ref self), site);
        self.SetException(exception);
        known?.Finish(thread);
    }

    public static void AwaitOnCompleted<T, TAwaiter, TStateMachine>(
        ref AsyncTaskMethodBuilder<T> self, ref TAwaiter awaiter, ref TStateMachine stateMachine, ControlledThread thread, int site)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        var captured = new CapturedAwaiter();
        self.AwaitOnCompleted(ref captured, ref stateMachine);
        Suspended(thread, TaskOf(ref self), ref awaiter, captured.Action, site);
    }

    public static void AwaitUnsafeOnCompleted<T, TAwaiter, TStateMachine>(
        ref AsyncTaskMethodBuilder<T> self, ref TAwaiter awaiter, ref TStateMachine stateMachine, ControlledThread thread, int site)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        AwaitOnCompleted(ref self, ref awaiter, ref stateMachine, thread, site);

    public static void SetResult<T>(ref AsyncTaskMethodBuilder<T> self, T result, ControlledThread thread, int site)
    {
        TaskResource? known = Completing(thread, TaskOf(ref self), site);
        self.SetResult(result);
        known?.Finish(thread);
    }

    public static void SetException<T>(ref AsyncTaskMethodBuilder<T> self, Exception exception, ControlledThread thread, int site)
    {
        TaskResource? known = Completing(thread, TaskOf(ref self), site);
        self.SetException(exception);
        known?.Finish(thread);
    }

    public static void AwaitOnCompleted<TAwaiter, TStateMachine>(
        ref AsyncValueTaskMethodBuilder self, ref TAwaiter awaiter, ref TStateMachine stateMachine, ControlledThread thread, int site)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        var captured = new CapturedAwaiter();
        self.AwaitOnCompleted(ref captured, ref stateMachine);
        Suspended(thread, TaskOf(ref self), ref awaiter, captured.Action, site);
    }

    public static void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(
        ref AsyncValueTaskMethodBuilder self, ref TAwaiter awaiter, ref TStateMachine stateMachine, ControlledThread thread, int site)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        AwaitOnCompleted(ref self, ref awaiter, ref stateMachine, thread, site);

    public static void SetResult(ref AsyncValueTaskMethodBuilder self, ControlledThread thread, int site)
    {
        TaskResource? known = Completing(thread, TaskOf(ref self), site);
        self.SetResult();
        known?.Finish(thread);
    }

    public static void SetException(ref AsyncValueTaskMethodBuilder self, Exception exception, ControlledThread thread, int site)
    {
        TaskResource? known = Completing(thread, TaskOf(ref self), site);
        self.SetException(exception);
        known?.Finish(thread);
    }

    public static void AwaitOnCompleted<T, TAwaiter, TStateMachine>(
        ref AsyncValueTaskMethodBuilder<T> self, ref TAwaiter awaiter, ref TStateMachine stateMachine, ControlledThread thread, int site)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        var captured = new CapturedAwaiter();
        self.AwaitOnCompleted(ref captured, ref stateMachine);
        Suspended(thread, TaskOf(ref self), ref awaiter, captured.Action, site);
    }

    public static void AwaitUnsafeOnCompleted<T, TAwaiter, TStateMachine>(
        ref AsyncValueTaskMethodBuilder<T> self, ref TAwaiter awaiter, ref TStateMachine stateMachine, ControlledThread thread, int site)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        AwaitOnCompleted(ref self, ref awaiter, ref stateMachine, thread, site);

    public static void SetResult<T>(ref AsyncValueTaskMethodBuilder<T> self, T result, ControlledThread thread, int site)
    {
        TaskResource? known = Completing(thread, TaskOf(ref self), site);
        self.SetResult(result);
        known?.Finish(thread);
    }

    public static void SetException<T>(ref AsyncValueTaskMethodBuilder<T> self, Exception exception, ControlledThread thread, int site)
    {
        TaskResource? known = Completing(thread, TaskOf(ref self), site);
        self.SetException(exception);
        known?.Finish(thread);
    }

    public static void AwaitOnCompleted<TAwaiter, TStateMachine>(
        ref AsyncVoidMethodBuilder self, ref TAwaiter awaiter, ref TStateMachine stateMachine, ControlledThread thread, int site)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        var captured = new CapturedAwaiter();
        self.AwaitOnCompleted(ref captured, ref stateMachine);
        Suspended(thread, null, ref awaiter, captured.Action, site);
    }

    public static void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(
        ref AsyncVoidMethodBuilder self, ref TAwaiter awaiter, ref TStateMachine stateMachine, ControlledThread thread, int site)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        AwaitOnCompleted(ref self, ref awaiter, ref stateMachine, thread, site);

    public static void AwaitOnCompleted<TAwaiter, TStateMachine>(
        ref AsyncIteratorMethodBuilder self, ref TAwaiter awaiter, ref TStateMachine stateMachine, ControlledThread thread, int site)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        var captured = new CapturedAwaiter();
        self.AwaitOnCompleted(ref captured, ref stateMachine);
        Suspended(thread, null, ref awaiter, captured.Action, site);
    }

    public static void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(
        ref AsyncIteratorMethodBuilder self, ref TAwaiter awaiter, ref TStateMachine stateMachine, ControlledThread thread, int site)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        AwaitOnCompleted(ref self, ref awaiter, ref stateMachine, thread, site);

    /// <summary>
    /// An exception that leaves an async void method goes to the synchronization context in which the method was called; without one it
    /// ends the program.
    /// </summary>
    public static void SetException(ref AsyncVoidMethodBuilder self, Exception exception, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (ContextOf(ref self) is { } context)
        {
            context.Post(static state => System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw((Exception)state!), exception);
            context.OperationCompleted();
        }
        else if (!thread.Execution.Ending)
        {
            thread.Execution.FailIn(thread, Failure.Unhandled(thread, exception));
        }
    }

    /// <summary>Called when an async method has to wait and the real builder has boxed it.</summary>
    private static void Suspended<TAwaiter>(ControlledThread thread, Task? task, ref TAwaiter awaiter, Action action, int site)
        where TAwaiter : INotifyCompletion
    {
        TaskResource? method = task is null ? null : TaskResource.Track(thread, task, site, isOfMethod: true);
        AwaitContinuation? continuation = Awaiters.Register(thread, ref awaiter, action, site);
        if (method is not null)
        {
            thread.Execution.Recorder?.Suspended(thread, method);
            method.Awaiting = continuation;
        }
    }

    private static TaskResource? Completing(ControlledThread thread, Task? task, int site)
    {
        TaskResource? known = task is null ? null : TaskResource.Find(thread, task);
        known?.Completing(thread, site);
        return known;
    }

    // The builder's task, if it has one by now: asking the builder for it would make one. It is the only field of these builders.
    private static Task? TaskOf(ref AsyncTaskMethodBuilder builder) => Unsafe.As<AsyncTaskMethodBuilder, Task?>(ref builder);

    private static Task<T>? TaskOf<T>(ref AsyncTaskMethodBuilder<T> builder) => Builders<T>.TaskOf(ref builder);

    private static Task? TaskOf(ref AsyncValueTaskMethodBuilder builder) => Unsafe.As<AsyncValueTaskMethodBuilder, Task?>(ref builder);

    private static Task<T>? TaskOf<T>(ref AsyncValueTaskMethodBuilder<T> builder) => Builders<T>.TaskOf(ref builder);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_synchronizationContext")]
    private static extern ref SynchronizationContext? ContextOf(ref AsyncVoidMethodBuilder builder);

    private static class Builders<T>
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_task")]
        public static extern ref Task<T>? TaskOf(ref AsyncTaskMethodBuilder<T> builder);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_task")]
        public static extern ref Task<T>? TaskOf(ref AsyncValueTaskMethodBuilder<T> builder);
    }
}
