using System.Reflection;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>.NET's tasks that stand for the task returned by another one.</summary>
[Hooks(typeof(TaskExtensions))]
internal static class Unwrapping
{
    public static Task Unwrap(Task<Task> task, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(task);
        return TaskResource.Following(thread, task, task.Unwrap(), site, () => InnerOf(task));
    }

    public static Task<TResult> Unwrap<TResult>(Task<Task<TResult>> task, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(task);
        return TaskResource.Following(thread, task, task.Unwrap(), site, () => InnerOf(task));
    }

    /// <summary>
    /// As in Task.Run: unlike with <see cref="Unwrap(Task{Task}, ControlledThread, int)"/>, a function that throws
    /// OperationCanceledException cancels the task.
    /// </summary>
    internal static Task Proxy(ControlledThread thread, Task outer, int site) =>
        TaskResource.Following(thread, outer, Made<object>.From(outer), site, () => outer is Task<Task?> made ? InnerOf(made) : null);

    internal static Task<TResult> Proxy<TResult>(ControlledThread thread, Task<Task<TResult>?> outer, int site) =>
        TaskResource.Following(thread, outer, Made<TResult>.From(outer), site, () => InnerOf(outer));

    private static Task? InnerOf<T>(Task<T> outer)
        where T : Task? => outer.IsCompletedSuccessfully ? outer.Result : null;

    private static class Made<T>
    {
        private static readonly ConstructorInvoker s_constructor = ConstructorInvoker.Create(
            typeof(Task).Assembly.GetType("System.Threading.Tasks.UnwrapPromise`1", throwOnError: true)!.MakeGenericType(typeof(T))
                .GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, [typeof(Task), typeof(bool)])!);

        public static Task<T> From(Task outer) => (Task<T>)s_constructor.Invoke(outer, true);
    }
}
