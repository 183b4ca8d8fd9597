using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The awaiters of tasks and value tasks: IsCompleted checks the task, and GetResult waits for it.</summary>
[Hooks(typeof(TaskAwaiter))]
[Hooks(typeof(TaskAwaiter<>))]
[Hooks(typeof(ConfiguredTaskAwaitable.ConfiguredTaskAwaiter))]
[Hooks(typeof(ConfiguredTaskAwaitable<>.ConfiguredTaskAwaiter))]
[Hooks(typeof(ValueTaskAwaiter))]
[Hooks(typeof(ValueTaskAwaiter<>))]
[Hooks(typeof(ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter))]
[Hooks(typeof(ConfiguredValueTaskAwaitable<>.ConfiguredValueTaskAwaiter))]
[Hooks(typeof(YieldAwaitable.YieldAwaiter), Allowed = ["get_IsCompleted", "GetResult"])]
internal static class AwaiterHooks
{
    public static bool get_IsCompleted(ref TaskAwaiter self, ControlledThread thread, int site) =>
        TaskResource.CheckToAwait(thread, Awaiters.TaskOf(ref self), site);

    public static void GetResult(ref TaskAwaiter self, ControlledThread thread, int site)
    {
        Await(thread, Awaiters.TaskOf(ref self), site);
        self.GetResult();
    }

    public static void OnCompleted(ref TaskAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site, flowsContext: true);

    public static void UnsafeOnCompleted(ref TaskAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site);

    public static bool get_IsCompleted<T>(ref TaskAwaiter<T> self, ControlledThread thread, int site) =>
        get_IsCompleted(ref Plain(ref self), thread, site);

    public static T GetResult<T>(ref TaskAwaiter<T> self, ControlledThread thread, int site)
    {
        Await(thread, Awaiters.TaskOf(ref Plain(ref self)), site);
        return self.GetResult();
    }

    public static void OnCompleted<T>(ref TaskAwaiter<T> self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site, flowsContext: true);

    public static void UnsafeOnCompleted<T>(ref TaskAwaiter<T> self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site);

    public static bool get_IsCompleted(ref ConfiguredTaskAwaitable.ConfiguredTaskAwaiter self, ControlledThread thread, int site) =>
        (Awaiters.OptionsOf(ref self) & ConfigureAwaitOptions.ForceYielding) == 0
        && TaskResource.CheckToAwait(thread, Awaiters.TaskOf(ref self), site);

    public static void GetResult(ref ConfiguredTaskAwaitable.ConfiguredTaskAwaiter self, ControlledThread thread, int site)
    {
        Await(thread, Awaiters.TaskOf(ref self), site);
        self.GetResult();
    }

    public static void OnCompleted(
        ref ConfiguredTaskAwaitable.ConfiguredTaskAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site, flowsContext: true);

    public static void UnsafeOnCompleted(
        ref ConfiguredTaskAwaitable.ConfiguredTaskAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site);

    public static bool get_IsCompleted<T>(ref ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter self, ControlledThread thread, int site) =>
        get_IsCompleted(ref Plain(ref self), thread, site);

    public static T GetResult<T>(ref ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter self, ControlledThread thread, int site)
    {
        Await(thread, Awaiters.TaskOf(ref Plain(ref self)), site);
        return self.GetResult();
    }

    public static void OnCompleted<T>(
        ref ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site, flowsContext: true);

    public static void UnsafeOnCompleted<T>(
        ref ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site);

    public static bool get_IsCompleted(ref ValueTaskAwaiter self, ControlledThread thread, int site) =>
        ValueTaskParts.Of(Awaiters.ValueOf(ref self)).CheckToAwait(thread, self.IsCompleted, site);

    public static void GetResult(ref ValueTaskAwaiter self, ControlledThread thread, int site)
    {
        Await(thread, ValueTaskParts.Of(Awaiters.ValueOf(ref self)).Task, site);
        self.GetResult();
    }

    public static void OnCompleted(ref ValueTaskAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site, flowsContext: true);

    public static void UnsafeOnCompleted(ref ValueTaskAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site);

    public static bool get_IsCompleted<T>(ref ValueTaskAwaiter<T> self, ControlledThread thread, int site) =>
        AwaitersOf<T>.Parts(ref AwaitersOf<T>.ValueOf(ref self)).CheckToAwait(thread, self.IsCompleted, site);

    public static T GetResult<T>(ref ValueTaskAwaiter<T> self, ControlledThread thread, int site)
    {
        Await(thread, AwaitersOf<T>.Parts(ref AwaitersOf<T>.ValueOf(ref self)).Task, site);
        return self.GetResult();
    }

    public static void OnCompleted<T>(ref ValueTaskAwaiter<T> self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site, flowsContext: true);

    public static void UnsafeOnCompleted<T>(ref ValueTaskAwaiter<T> self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site);

    public static bool get_IsCompleted(
        ref ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter self, ControlledThread thread, int site) =>
        ValueTaskParts.Of(Awaiters.ValueOf(ref self)).CheckToAwait(thread, self.IsCompleted, site);

    public static void GetResult(ref ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter self, ControlledThread thread, int site)
    {
        Await(thread, ValueTaskParts.Of(Awaiters.ValueOf(ref self)).Task, site);
        self.GetResult();
    }

    public static void OnCompleted(
        ref ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site, flowsContext: true);

    public static void UnsafeOnCompleted(
        ref ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site);

    public static bool get_IsCompleted<T>(
        ref ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter self, ControlledThread thread, int site) =>
        AwaitersOf<T>.Parts(ref AwaitersOf<T>.ValueOf(ref self)).CheckToAwait(thread, self.IsCompleted, site);

    public static T GetResult<T>(ref ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter self, ControlledThread thread, int site)
    {
        Await(thread, AwaitersOf<T>.Parts(ref AwaitersOf<T>.ValueOf(ref self)).Task, site);
        return self.GetResult();
    }

    public static void OnCompleted<T>(
        ref ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site, flowsContext: true);

    public static void UnsafeOnCompleted<T>(
        ref ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site);

    public static void OnCompleted(ref YieldAwaitable.YieldAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site, flowsContext: true);

    public static void UnsafeOnCompleted(ref YieldAwaitable.YieldAwaiter self, Action continuation, ControlledThread thread, int site) =>
        Awaiters.Register(thread, ref self, continuation, site);

    // Both have the same fields, with or without a result.
    private static ref TaskAwaiter Plain<T>(ref TaskAwaiter<T> awaiter) => ref Unsafe.As<TaskAwaiter<T>, TaskAwaiter>(ref awaiter);

    private static ref ConfiguredTaskAwaitable.ConfiguredTaskAwaiter Plain<T>(
        ref ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter awaiter) =>
        ref Unsafe.As<ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter, ConfiguredTaskAwaitable.ConfiguredTaskAwaiter>(ref awaiter);

    private static void Await(ControlledThread thread, Task? task, int site)
    {
        if (task is { IsCompleted: false })
        {
            TaskHooks.Await(thread, task, site);
        }
        else if (task is not null)
        {
            // The check that found it complete was a step already.
            TaskResource.Learn(thread, task);
        }
    }
}
