using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// ValueTask, with and without a result: a check of one that stands for a task checks the task; one that stands for a source runs the
/// source's own code.
/// </summary>
[Hooks(typeof(ValueTask), Allowed =
[
    ".ctor", "get_CompletedTask", "FromResult", "FromException", "FromCanceled", "ConfigureAwait", "GetAwaiter", "Equals", "GetHashCode",
    "op_Equality", "op_Inequality", "ToString",
])]
[Hooks(typeof(ValueTask<>), Allowed =
[
    ".ctor", "ConfigureAwait", "GetAwaiter", "Equals", "GetHashCode", "op_Equality", "op_Inequality", "ToString",
])]
internal static class ValueTaskHooks
{
    public static bool get_IsCompleted(ref ValueTask self, ControlledThread thread, int site)
    {
        Check(thread, self, site);
        return self.IsCompleted;
    }

    public static bool get_IsCompleted<T>(ref ValueTask<T> self, ControlledThread thread, int site)
    {
        Check(thread, self, site);
        return self.IsCompleted;
    }

    public static bool get_IsCompletedSuccessfully(ref ValueTask self, ControlledThread thread, int site)
    {
        Check(thread, self, site);
        return self.IsCompletedSuccessfully;
    }

    public static bool get_IsCompletedSuccessfully<T>(ref ValueTask<T> self, ControlledThread thread, int site)
    {
        Check(thread, self, site);
        return self.IsCompletedSuccessfully;
    }

    public static bool get_IsFaulted(ref ValueTask self, ControlledThread thread, int site)
    {
        Check(thread, self, site);
        return self.IsFaulted;
    }

    public static bool get_IsFaulted<T>(ref ValueTask<T> self, ControlledThread thread, int site)
    {
        Check(thread, self, site);
        return self.IsFaulted;
    }

    public static bool get_IsCanceled(ref ValueTask self, ControlledThread thread, int site)
    {
        Check(thread, self, site);
        return self.IsCanceled;
    }

    public static bool get_IsCanceled<T>(ref ValueTask<T> self, ControlledThread thread, int site)
    {
        Check(thread, self, site);
        return self.IsCanceled;
    }

    public static T get_Result<T>(ref ValueTask<T> self, ControlledThread thread, int site)
    {
        if (AwaitersOf<T>.Parts(ref self).Task is { } task)
        {
            TaskHooks.Await(thread, task, site);
        }

        return self.Result;
    }

    /// <summary>The task of a value task that the checker's own code awaits, in a run or outside of one.</summary>
    internal static Task ToTask(ValueTask task) =>
        ControlledThread.Current is { } thread ? AsTask(ref task, thread, Memory.Sites.Engine) : task.AsTask();

    /// <inheritdoc cref="ToTask(ValueTask)"/>
    internal static Task<T> ToTask<T>(ValueTask<T> task) =>
        ControlledThread.Current is { } thread ? AsTask(ref task, thread, Memory.Sites.Engine) : task.AsTask();

    public static Task AsTask(ref ValueTask self, ControlledThread thread, int site)
    {
        ValueTaskParts parts = ValueTaskParts.Of(self);
        Task task = self.AsTask();
        return parts.Behind is null or Task || parts.MayRunOutside(thread) ? task : TaskResource.Watched(thread, task, site);
    }

    public static Task<T> AsTask<T>(ref ValueTask<T> self, ControlledThread thread, int site)
    {
        ValueTaskParts parts = AwaitersOf<T>.Parts(ref self);
        Task<T> task = self.AsTask();
        return parts.Behind is null or Task || parts.MayRunOutside(thread) ? task : TaskResource.Watched(thread, task, site);
    }

    public static ValueTask Preserve(ref ValueTask self, ControlledThread thread, int site) =>
        ValueTaskParts.Of(self).Behind is null ? self : new ValueTask(AsTask(ref self, thread, site));

    public static ValueTask<T> Preserve<T>(ref ValueTask<T> self, ControlledThread thread, int site) =>
        AwaitersOf<T>.Parts(ref self).Behind is null ? self : new ValueTask<T>(AsTask(ref self, thread, site));

    private static void Check(ControlledThread thread, ValueTask value, int site)
    {
        ValueTaskParts parts = ValueTaskParts.Of(value);
        if (parts.CheckTask(thread, site) && !value.IsCompleted)
        {
            parts.AwaitOutside(thread, site);
        }
    }

    private static void Check<T>(ControlledThread thread, ValueTask<T> value, int site)
    {
        ValueTaskParts parts = AwaitersOf<T>.Parts(ref value);
        if (parts.CheckTask(thread, site) && !value.IsCompleted)
        {
            parts.AwaitOutside(thread, site);
        }
    }
}
