using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>ThreadPool: each work item is a background thread of its own, so that any number of them can run.</summary>
[Hooks(typeof(ThreadPool), Allowed =
[
    "GetMinThreads", "GetMaxThreads", "GetAvailableThreads", "get_ThreadCount", "get_CompletedWorkItemCount", "get_PendingWorkItemCount",
])]
internal static class ThreadPoolHooks
{
    public static bool QueueUserWorkItem(WaitCallback callBack, [Default] object? state, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(callBack);
        return Queue(thread, ExecutionContext.Capture(), () => callBack(state), site);
    }

    public static bool QueueUserWorkItem<TState>(Action<TState> callBack, TState state, bool preferLocal, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(callBack);
        return Queue(thread, ExecutionContext.Capture(), () => callBack(state), site);
    }

    public static bool UnsafeQueueUserWorkItem(WaitCallback callBack, object? state, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(callBack);
        return Queue(thread, null, () => callBack(state), site);
    }

    public static bool UnsafeQueueUserWorkItem<TState>(
        Action<TState> callBack, TState state, bool preferLocal, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(callBack);
        return Queue(thread, null, () => callBack(state), site);
    }

    public static bool UnsafeQueueUserWorkItem(IThreadPoolWorkItem callBack, bool preferLocal, ControlledThread thread, int site)
    {
        ArgumentNullException.ThrowIfNull(callBack);
        return Queue(thread, null, callBack.Execute, site);
    }

    /// <summary>The program cannot change the process's pool while it is checked.</summary>
    public static bool SetMinThreads(int workerThreads, int completionPortThreads, ControlledThread thread, int site) => true;

    public static bool SetMaxThreads(int workerThreads, int completionPortThreads, ControlledThread thread, int site) => true;

    /// <param name="parent">The thread that queues the work item.</param>
    /// <param name="context">The context to run it in; null for that of the pool's threads.</param>
    /// <param name="body">The work.</param>
    /// <param name="site">The site that queues it.</param>
    /// <param name="isPoolThread">False for a thread made for this work alone.</param>
    internal static bool Queue(ControlledThread parent, ExecutionContext? context, Action body, int site, bool isPoolThread = true)
    {
        ControlledThread thread = parent.Execution.CreateWorker(parent, () => Execution.RunIn(context, body), isPoolThread);
        thread.Name = $"work item {thread.Index}";
        parent.Execution.Start(parent, thread, site);
        return true;
    }
}
