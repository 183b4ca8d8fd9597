using Braid.Threading;

namespace Braid.Multiprocessing;

public partial class Process
{
    private static readonly Lazy<Process> s_current =
        new(static () => s_travelled ?? new Process(WorkerMain.Role?.Name ?? "MainProcess", WorkerMain.Role?.Daemon ?? false));
    private static readonly Lazy<Process?> s_parent =
        new(static () => WorkerMain.Role is { } role ? new ParentProcessObject(role.ParentName) : null);

    // by the worker's main thread, before user code runs: the object that was started, if its class is the user's
    private static Process? s_travelled;

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

    /// <summary>
    /// The process in which this code runs; named "MainProcess" if it was not started by another process of this program.
    /// </summary>
    public static Process Current => s_current.Value;

    /// <summary>
    /// The process that started this one; null in the main process. It can be inspected and joined, but since this process dies with it, it
    /// is never seen dead.
    /// </summary>
    public static Process? Parent => s_parent.Value;

    /// <summary>
    /// The number of processors that this process may use. This may be fewer than the machine has, because of an affinity mask or a
    /// container's limit.
    /// </summary>
    public static int CpuCount => Environment.ProcessorCount;

    /// <summary>The children that this process has started and that have not ended; not their children.</summary>
    public static IReadOnlyList<Process> ActiveChildren() => Children.Alive();

    /// <summary>Starts a process that calls the target.</summary>
    /// <param name="target">What the child does; the variables it captures travel with it.</param>
    /// <param name="name">Its name; null for "Process-N".</param>
    /// <param name="daemon">Whether it is killed when this program ends; null to inherit the setting of this process.</param>
    /// <returns>The started process.</returns>
    /// <inheritdoc cref="Start()" path="/exception"/>
    public static Process Start(Action target, string? name = null, bool? daemon = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        var process = new Process(target, name, daemon);
        process.Start();
        return process;
    }

    /// <summary>Starts a process that calls the target with an argument. With a static lambda nothing else can travel.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="target">What the child does.</param>
    /// <param name="arg">The argument, which travels to the child.</param>
    /// <param name="name">Its name; null for "Process-N".</param>
    /// <param name="daemon">Whether it is killed when this program ends; null to inherit the setting of this process.</param>
    /// <returns>The started process.</returns>
    /// <exception cref="ArgumentException">The target is async void.</exception>
    /// <inheritdoc cref="Start()" path="/exception"/>
    public static Process Start<T>(Action<T> target, T arg, string? name = null, bool? daemon = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        AsyncVoid.Refuse(target, "Pass a function that returns a task.");
        return Start(() => target(arg), name, daemon);
    }

    /// <summary>
    /// Calls a function in a process of its own and blocks until its result arrives. The process is killed if the time is up, if it needs
    /// too much memory, if the token is cancelled, or if its threads and exit handlers take more than five seconds after the result.
    /// </summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="function">What the process does.</param>
    /// <param name="arg">The argument, which travels to the process.</param>
    /// <param name="timeout">How long the function may run, not counting the start of its process; null for no limit.</param>
    /// <param name="memoryLimit">Bytes of memory the process may have, including some 30 MB for its runtime; null for no limit.</param>
    /// <param name="sandbox">What the process may touch; null for all that this one may.</param>
    /// <param name="token">Kills the process.</param>
    /// <returns>The function's result.</returns>
    /// <exception cref="TaskTimeoutException">The time was up.</exception>
    /// <exception cref="MemoryLimitException">It needed more memory than the limit.</exception>
    /// <exception cref="WorkerCrashedException">The process was ended by a signal.</exception>
    /// <exception cref="WorkerExitedException">The process exited before the function returned.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="RemoteException">
    /// The function threw an exception whose type is not known here; any other exception is thrown as it is.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite, or the limit is not positive.</exception>
    /// <inheritdoc cref="Start()" path="/exception"/>
    public static TResult Run<T, TResult>(
        Func<T, TResult> function,
        T arg,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Launch(() => function(arg), function, timeout, memoryLimit, sandbox, token).Result(CancellationToken.None);
    }

    /// <summary>Calls a function in a process of its own and blocks until its result arrives.</summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    public static TResult Run<TResult>(
        Func<TResult> function,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Launch(function, function, timeout, memoryLimit, sandbox, token).Result(CancellationToken.None);
    }

    /// <summary>Calls a function in a process of its own and waits, without blocking the thread, until its result arrives.</summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    public static Task<TResult> RunAsync<T, TResult>(
        Func<T, TResult> function,
        T arg,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Launch(() => function(arg), function, timeout, memoryLimit, sandbox, token).AsTask();
    }

    /// <summary>Calls a function in a process of its own and waits, without blocking the thread, until its result arrives.</summary>
    /// <inheritdoc cref="Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>
    public static Task<TResult> RunAsync<TResult>(
        Func<TResult> function,
        TimeSpan? timeout = null,
        long? memoryLimit = null,
        Sandbox? sandbox = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Launch(function, function, timeout, memoryLimit, sandbox, token).AsTask();
    }

    /// <summary>In a worker: makes the object that was sent here to be run the object of this process.</summary>
    internal static void Adopt(Delegate function)
    {
        if (function.Target is Process process)
        {
            process._isThisProcess = true;
            s_travelled = process;
        }
    }

    private static ProcessCall<TResult> Launch<TResult>(
        Func<TResult> function, Delegate described, TimeSpan? timeout, long? memoryLimit, Sandbox? sandbox, CancellationToken token)
    {
        Deadline.Check(timeout ?? Timeout.InfiniteTimeSpan, nameof(timeout));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memoryLimit ?? 1, nameof(memoryLimit));
        AsyncVoid.RefuseTask<TResult>();
        ThrowIfDaemon();
        token.ThrowIfCancellationRequested();
        var call = new ProcessCall<TResult>();
        string path = NextPath();
        var role = new WorkerRole(
            $"Process-{path}",
            path,
            Current.Name,
            Daemon: false,
            IsPoolWorker: false,
            PrintsFailures: false,
            Nice: null,
            Initializer: null);
        WorkerSettings settings = memoryLimit is null && sandbox is null
            ? WorkerSettings.Default
            : new WorkerSettings { MemoryLimit = memoryLimit, Sandbox = sandbox };
        call.Start(role, TaskRunner.Exactly(function), described, settings, timeout == Timeout.InfiniteTimeSpan ? null : timeout, token);
        return call;
    }

    /// <summary>The process that started this one. This one does not survive its end.</summary>
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
    private PayloadSource _source;  // written once, before the process is started

    private protected override bool CanStop => true;

    private protected override PayloadSource Source => _source;

    /// <exception cref="PayloadException">The function cannot travel; nothing was started.</exception>
    /// <exception cref="WorkerStartException">The process cannot be started.</exception>
    public void Start(
        WorkerRole role, Delegate function, Delegate described, WorkerSettings settings, TimeSpan? timeLimit, CancellationToken token)
    {
        SetRunningOrNotifyCancel();
        _source = settings.Source;
        _child = ChildProcess.Start(role, function, settings, WorkerFailure.Describe(described), this, timeLimit);
        Children.Add(process: null, _child);
        CancelWith(token);
    }

    private protected override void OnCancelled() => _child!.Worker.Kill(ExitReason.Killed);
}
