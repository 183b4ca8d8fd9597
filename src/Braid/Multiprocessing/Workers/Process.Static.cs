using Braid.Threading;

namespace Braid.Multiprocessing;

public partial class Process
{
    private static readonly Lazy<Process> s_current = new(static () => s_travelled ?? new Process(WorkerMain.Birth?.Name ?? "MainProcess", WorkerMain.Birth?.Daemon ?? false));
    private static readonly Lazy<Process?> s_parent = new(static () => WorkerMain.Birth is { } birth ? new ParentProcessObject(birth.ParentName) : null);

    private static Process? s_travelled;   // by the worker's main thread, before user code runs: the object that was started, when its class is the user's

    /// <summary>An object for this process itself.</summary>
    private Process(string name, bool daemon)
        : this(name)
    {
        _path = "";
        _daemon = daemon;
        _isThisProcess = true;
    }

    /// <summary>An object for a process that is not started from here.</summary>
    private Process(string name)
    {
        _name = name;
        _isStarted = 1;
    }

    /// <summary>The process that this code runs in; "MainProcess" when it was not started by another one of this program.</summary>
    public static Process Current => s_current.Value;

    /// <summary>The process that started this one; null in the main process. It can be looked at, and joined, but since this process dies with it, it is never seen dead.</summary>
    public static Process? Parent => s_parent.Value;

    /// <summary>How many processors this process may use; fewer than the machine has when it was restricted to some, or its container has a limit.</summary>
    public static int CpuCount => Environment.ProcessorCount;

    /// <summary>The children that were started by this process and have not ended. Their children are not among them.</summary>
    public static IReadOnlyList<Process> ActiveChildren() => Children.Alive();

    /// <summary>Starts a process that calls the target.</summary>
    /// <param name="target">What the child does; what it has captured travels with it.</param>
    /// <param name="name">Its name; null for "Process-N".</param>
    /// <param name="daemon">Whether it is killed when this program ends; null to take over the setting of this process.</param>
    /// <returns>The started process.</returns>
    /// <inheritdoc cref="Start()" path="/exception"/>
    public static Process Start(Action target, string? name = null, bool? daemon = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        var process = new Process(target, name, daemon);
        process.Start();
        return process;
    }

    /// <summary>Starts a process that calls the target with an argument. With a static lambda it is certain that nothing else travels.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="target">What the child does.</param>
    /// <param name="arg">The argument, which travels to the child.</param>
    /// <param name="name">Its name; null for "Process-N".</param>
    /// <param name="daemon">Whether it is killed when this program ends; null to take over the setting of this process.</param>
    /// <returns>The started process.</returns>
    /// <exception cref="ArgumentException">The target is async void.</exception>
    /// <inheritdoc cref="Start()" path="/exception"/>
    public static Process Start<T>(Action<T> target, T arg, string? name = null, bool? daemon = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        AsyncVoid.Refuse(target, "Pass a function that returns a task.");
        return Start(() => target(arg), name, daemon);
    }

    /// <summary>Calls a function in a process of its own and blocks until its result is here. The process is killed when the time is up, it needs too much memory, or the token is cancelled; and when its threads and exit handlers take more than five seconds after the result.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="function">What the process does.</param>
    /// <param name="arg">The argument, which travels to the process.</param>
    /// <param name="timeout">How long the function may run, its process's start not counted; null forever.</param>
    /// <param name="memoryLimit">Bytes of memory the process may have, its runtime's 30 MB or so included; null for no limit.</param>
    /// <param name="token">Kills the process.</param>
    /// <returns>The function's result.</returns>
    /// <exception cref="TaskTimeoutException">The time was up.</exception>
    /// <exception cref="MemoryLimitException">It needed more memory than the limit.</exception>
    /// <exception cref="WorkerCrashedException">A signal ended the process.</exception>
    /// <exception cref="WorkerExitedException">The process left before the function did.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="RemoteException">The function threw something that does not exist here; any other exception is thrown as it is.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite, or the limit is not positive.</exception>
    /// <inheritdoc cref="Start()" path="/exception"/>
    public static TResult Run<T, TResult>(Func<T, TResult> function, T arg, TimeSpan? timeout = null, long? memoryLimit = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Launch(() => function(arg), function, timeout, memoryLimit, token).Result(CancellationToken.None);
    }

    /// <summary>Calls a function in a process of its own and blocks until its result is here.</summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, CancellationToken)"/>
    public static TResult Run<TResult>(Func<TResult> function, TimeSpan? timeout = null, long? memoryLimit = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Launch(function, function, timeout, memoryLimit, token).Result(CancellationToken.None);
    }

    /// <summary>Calls a function in a process of its own and waits, without blocking the thread, until its result is here.</summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, CancellationToken)"/>
    public static Task<TResult> RunAsync<T, TResult>(Func<T, TResult> function, T arg, TimeSpan? timeout = null, long? memoryLimit = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Launch(() => function(arg), function, timeout, memoryLimit, token).AsTask();
    }

    /// <summary>Calls a function in a process of its own and waits, without blocking the thread, until its result is here.</summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, CancellationToken)"/>
    public static Task<TResult> RunAsync<TResult>(Func<TResult> function, TimeSpan? timeout = null, long? memoryLimit = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Launch(function, function, timeout, memoryLimit, token).AsTask();
    }

    /// <summary>In a worker: makes the object that has travelled here to be run the one of this process.</summary>
    internal static void Adopt(Delegate function)
    {
        if (function.Target is Process process)
        {
            process._isThisProcess = true;
            s_travelled = process;
        }
    }

    private static ProcessCall<TResult> Launch<TResult>(Func<TResult> function, Delegate described, TimeSpan? timeout, long? memoryLimit, CancellationToken token)
    {
        Deadline.Check(timeout ?? Timeout.InfiniteTimeSpan, nameof(timeout));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memoryLimit ?? 1, nameof(memoryLimit));
        AsyncVoid.RefuseTask<TResult>();
        ThrowIfDaemon();
        token.ThrowIfCancellationRequested();
        var call = new ProcessCall<TResult>();
        string path = NextPath();
        var birth = new WorkerBirth($"Process-{path}", path, Current.Name, Daemon: false, IsPoolWorker: false, PrintsFailures: false, Nice: null, Initializer: null);
        WorkerSettings settings = memoryLimit is null ? WorkerSettings.Default : new WorkerSettings { MemoryLimit = memoryLimit };
        call.Start(birth, TaskRunner.Exactly(function), described, settings, timeout == Timeout.InfiniteTimeSpan ? null : timeout, token);
        return call;
    }

    /// <summary>The process that started this one, whose end this one does not survive.</summary>
    private sealed class ParentProcessObject : Process
    {
        private readonly Sentinel _sentinel;

        public ParentProcessObject(string name)
            : base(name) => _sentinel = new Sentinel(Ended);

        public override int? Pid => WorkerMain.Parent.Pid;

        public override bool IsAlive => ProcessTable.Current.IsAlive(WorkerMain.Parent.Token);

        public override IWaitable Sentinel => _sentinel;

        /// <summary>Never done.</summary>
        private protected override Futures.Future Ended { get; } = new Futures.Future<ValueTuple>();
    }
}

/// <summary>The result of a process that runs one function.</summary>
internal sealed class ProcessCall<T> : RemoteCall<T>
{
    private ChildProcess? _child;   // written once, before the call can be cancelled

    private protected override bool CanStop => true;

    /// <exception cref="PayloadException">The function cannot travel; nothing was started.</exception>
    /// <exception cref="WorkerStartException">The process cannot be started.</exception>
    public void Start(WorkerBirth birth, Delegate function, Delegate described, WorkerSettings settings, TimeSpan? timeLimit, CancellationToken token)
    {
        SetRunningOrNotifyCancel();
        _child = ChildProcess.Start(birth, function, settings, WorkerFailure.Describe(described), this, timeLimit);
        Children.Add(process: null, _child);
        CancelWith(token);
    }

    private protected override void OnCancelled() => _child!.Worker.Kill(ExitReason.Killed);
}
