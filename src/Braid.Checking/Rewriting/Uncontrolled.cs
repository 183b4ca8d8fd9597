using Braid.Checking.Hooks;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>
/// The types and members of .NET that start threads or wait and have no hooks: a run that calls them stops with a report.
/// </summary>
internal static class Uncontrolled
{
    private static readonly HashSet<string> s_types =
    [
        "System.Threading.Tasks.ConcurrentExclusiveSchedulerPair",
        "System.Runtime.CompilerServices.AsyncHelpers", "System.Timers.Timer", "System.Threading.ReaderWriterLock",
        "System.Threading.RegisteredWaitHandle", "System.Threading.ThreadPoolBoundHandle", "System.ComponentModel.BackgroundWorker",
        "System.ComponentModel.AsyncOperationManager",
        "System.Linq.ParallelEnumerable",
        "System.Diagnostics.Process", "System.IO.FileSystemWatcher", "System.IO.Ports.SerialPort",
        "System.IO.Pipes.NamedPipeServerStream", "System.IO.Pipes.NamedPipeClientStream",
        "System.IO.Pipes.AnonymousPipeServerStream", "System.IO.Pipes.AnonymousPipeClientStream",
        "System.Net.Sockets.Socket", "System.Net.Sockets.TcpClient", "System.Net.Sockets.TcpListener", "System.Net.Sockets.UdpClient",
        "System.Net.Sockets.NetworkStream", "System.Net.Http.HttpClient", "System.Net.Http.HttpMessageInvoker",
        "System.Net.HttpListener", "System.Net.Dns", "System.Net.NetworkInformation.Ping", "System.Net.Security.SslStream",
        "System.Net.WebSockets.WebSocket", "System.Net.WebSockets.ClientWebSocket",
    ];

    // They start processes, or wait for others in the kernel. Their interfaces, and whatever is only shared memory, can be used.
    private static readonly HashSet<string> s_processes =
    [
        "Braid.Multiprocessing.Process", "Braid.Multiprocessing.Pool", "Braid.Futures.ProcessPoolExecutor",
        "Braid.Multiprocessing.Listener",
    ];

    // They wait for finalizers, which do not run, for the collector, or in the kernel, where Braid's shared objects wait for other
    // processes and no controlled thread would go on.
    private static readonly HashSet<string> s_members =
    [
        "System.Threading.Tasks.TaskAsyncEnumerableExtensions.ToBlockingEnumerable",
        "System.GC.WaitForPendingFinalizers", "System.GC.WaitForFullGCApproach", "System.GC.WaitForFullGCComplete",
        // .NET would keep the handler that a run adds, and call it in later runs.
        "System.Diagnostics.Activity.add_CurrentChanged", "System.Diagnostics.Contracts.Contract.add_ContractFailed",
        "System.Diagnostics.Switch.add_Initializing", "System.Diagnostics.TraceSource.add_Initializing",
        "System.ComponentModel.TypeDescriptor.add_Refreshed",
        "System.Transactions.TransactionManager.add_DistributedTransactionStarted",
        "Braid.Multiprocessing.Futex.Wait", "Braid.Multiprocessing.Futex.WaitAny", "Braid.Multiprocessing.Descriptors.Poll",
        "Braid.Multiprocessing.Client.Connect", "Braid.Multiprocessing.Client.ConnectAsync",
    ];

    // Members of those types that only hand out or read finished objects.
    private static readonly HashSet<string> s_harmless =
    [
        "get_Id", "GetCurrentProcess", "get_ProcessName", "get_StartInfo",
    ];

    /// <param name="type">The type that has the member.</param>
    /// <param name="member">Its name.</param>
    /// <param name="constructs">Whether the call makes a new object.</param>
    public static bool Contains(TypeReference type, string member, bool constructs) =>
        (s_types.Contains(type.FullName) && !s_harmless.Contains(member))
        || s_members.Contains($"{type.FullName}.{member}")
        || (constructs && s_processes.Contains(type.FullName));

    /// <summary>Whether the type is one that .NET's core keeps to itself, of those on which its threads, timers and tasks rest.</summary>
    public static bool IsInner(TypeReference type) =>
        type.Namespace.StartsWith("System.Threading", StringComparison.Ordinal)
        && type.Resolve() is { IsPublic: false, IsNestedPublic: false, Module.Name: "System.Private.CoreLib.dll" };

    /// <summary>The method that takes over the task that such a member returns.</summary>
    /// <returns>Null if the member returns none.</returns>
    public static MethodReference? AdapterFor(ModuleContext context, TypeReference returned) => returned switch
    {
        { FullName: "System.Threading.Tasks.Task" } => context.Import(typeof(OutsideResult), nameof(OutsideResult.OfTask)),
        { FullName: "System.Threading.Tasks.ValueTask" } => context.Import(typeof(OutsideResult), nameof(OutsideResult.OfValueTask)),
        GenericInstanceType { ElementType.FullName: "System.Threading.Tasks.Task`1", GenericArguments: [var result] } =>
            context.Import(typeof(OutsideResult), nameof(OutsideResult.OfTaskWithResult), result),
        GenericInstanceType { ElementType.FullName: "System.Threading.Tasks.ValueTask`1", GenericArguments: [var result] } =>
            context.Import(typeof(OutsideResult), nameof(OutsideResult.OfValueTaskWithResult), result),
        _ => null,
    };
}
