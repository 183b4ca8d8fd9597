using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Types of .NET that start threads or wait and have no hooks: a run that calls them stops and says so.</summary>
internal static class Uncontrolled
{
    private static readonly HashSet<string> s_types =
    [
        "System.Threading.Tasks.Task", "System.Threading.Tasks.Task`1", "System.Threading.Tasks.TaskFactory", "System.Threading.Tasks.TaskFactory`1",
        "System.Threading.Tasks.TaskCompletionSource", "System.Threading.Tasks.TaskCompletionSource`1", "System.Threading.Tasks.Parallel",
        "System.Threading.Tasks.TaskScheduler", "System.Threading.PeriodicTimer", "System.Timers.Timer", "System.Threading.ReaderWriterLock",
        "System.Threading.RegisteredWaitHandle", "System.Threading.ThreadPoolBoundHandle", "System.ComponentModel.BackgroundWorker",
        "System.Linq.ParallelEnumerable", "System.Threading.SynchronizationContext", "System.Runtime.CompilerServices.AsyncTaskMethodBuilder",
        "System.Runtime.CompilerServices.AsyncTaskMethodBuilder`1", "System.Runtime.CompilerServices.AsyncVoidMethodBuilder",
    ];

    // Members of those types that only hand out or look at finished things.
    private static readonly HashSet<string> s_harmless =
    [
        "get_CompletedTask", "FromResult", "FromException", "FromCanceled", "get_IsCompleted", "get_IsCompletedSuccessfully", "get_IsFaulted", "get_IsCanceled",
        "get_Exception", "get_Id", "get_Status", "get_Current", "get_Default",
    ];

    public static bool Names(TypeReference type, string member) => s_types.Contains(type.FullName) && !s_harmless.Contains(member);
}
