using System.Globalization;
using Braid.Threading;

namespace Braid.Multiprocessing;

/// <summary>A child process that runs a delegate of this program. Pass the delegate, or override <see cref="Run()"/>.</summary>
/// <remarks>
/// <para>
/// The child is a second copy of this program whose Main never runs. The delegate and the variables it captures travel by value; objects in
/// shared memory (<see cref="Queue{T}"/>, <c>Array</c>, <see cref="Lock"/> and the like) stay shared. If an exception leaves the delegate,
/// the child prints it on standard error and exits with code 1. What the child prints appears in this process's output, line by line; its
/// standard input is empty. The child dies with this process, however this process ends. At the end of this program, daemonic children are
/// killed and the others waited for.
/// </para>
/// <para>
/// A process object may be used by every thread of the process that made it. Python counterpart: <c>multiprocessing.Process</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public partial class Process
{
    private static int s_counter;   // by Interlocked: numbers the children of this process

    [NonSerialized]
    private readonly string? _path;     // null in a copy that was sent to another process

    [NonSerialized]
    private Action? _target;            // until the start, then null so that nothing it refers to is kept alive

    [NonSerialized]
    private volatile ChildProcess? _child;       // written once by Start

    [NonSerialized]
    private int _isStarted;             // by compare-exchange

    [NonSerialized]
    private volatile bool _isClosed;

    [NonSerialized]
    private bool _isThisProcess;        // set before this object is shared

    [NonSerialized]
    private Sandbox? _sandbox;          // until the start

    private string _name;
    private bool _daemon;

    /// <summary>Makes a process; it runs once <see cref="Start()"/> is called.</summary>
    /// <param name="target">What <see cref="Run()"/> calls in the child; null if <see cref="Run()"/> is overridden.</param>
    /// <param name="name">Its name; null for "Process-N", and for a child's child "Process-N:M".</param>
    /// <param name="daemon">
    /// Whether it is killed when this program ends, and may have no children; null to inherit the setting of this process.
    /// </param>
    /// <exception cref="ArgumentException">The target is async void.</exception>
    public Process(Action? target = null, string? name = null, bool? daemon = null)
    {
        AsyncVoid.Refuse(target, "Pass a function that returns a task.");
        _target = target;
        _path = NextPath();
        _name = name ?? $"Process-{_path}";
        _daemon = daemon ?? WorkerMain.Role?.Daemon ?? false;
    }

    /// <summary>A label: freely chosen, not necessarily unique. The child sees the one that was set at the start.</summary>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public string Name
    {
        get => _name;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _name = value;
        }
    }

    /// <summary>Whether it is killed when this program ends, and may have no children. Set it before the start.</summary>
    /// <exception cref="InvalidOperationException">It is set after the start.</exception>
    public bool Daemon
    {
        get => _daemon;
        set
        {
            if (_isStarted != 0)
            {
                throw new InvalidOperationException($"{Name} was started already: whether it is a daemon is to be set before Start().");
            }

            _daemon = value;
        }
    }

    /// <summary>What it may touch; null, the default, for all that this process may. Set it before the start.</summary>
    /// <exception cref="InvalidOperationException">It is set after the start.</exception>
    public Sandbox? Sandbox
    {
        get => _sandbox;
        set
        {
            if (_isStarted != 0)
            {
                throw new InvalidOperationException($"{Name} was started already: its sandbox is to be set before Start().");
            }

            _sandbox = value;
        }
    }

    /// <summary>The process id; null before the start.</summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public virtual int? Pid => _isThisProcess ? Environment.ProcessId : Child?.Pid;

    /// <summary>
    /// The exit code once it has ended, as in Python: the code with which it exited, 1 after an exception, or the negative number of the
    /// signal that ended it. Null before.
    /// </summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public int? ExitCode => End?.ExitCode;

    /// <summary>Why it ended.</summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public ExitReason ExitReason => End?.Reason ?? ExitReason.None;

    /// <summary>How it ended, with the last lines of its standard error; null until it has ended.</summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public WorkerEnd? End => Child is { Ended: { Done: true } ended } ? ended.Result() : null;

    /// <summary>Whether it was started and has not ended.</summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public virtual bool IsAlive => _isThisProcess || Child is { Ended.Done: false };

    /// <summary>
    /// An object for <see cref="Connection.Wait"/> or <see cref="Connection.WaitAsync"/> that becomes ready once the process has ended. The
    /// same object each time; it stays usable after the process was closed.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was not started, or not by this process; or it is this process.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public virtual IWaitable Sentinel => Started().Sentinel;

    private protected virtual Futures.Future Ended => Started().Ended;

    private ChildProcess? Child
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return _child;
        }
    }

    /// <summary>
    /// The child's work. The default calls the target. An override runs on a copy of this object that was sent to the child with all its
    /// fields.
    /// </summary>
    public virtual void Run() => _target?.Invoke();

    /// <summary>Starts the child. Blocks for about a millisecond: until the system has created the process, not until it runs.</summary>
    /// <exception cref="InvalidOperationException">
    /// It was started before, or created in another process; or this process is a daemon, which may have no children.
    /// </exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    /// <exception cref="PayloadException">
    /// Something that the target captures, or that the object holds, cannot travel; the message names it. Nothing was started.
    /// </exception>
    /// <exception cref="WorkerStartException">The system refuses, or this program cannot be started again.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_path is null)
        {
            throw NotOurs();
        }

        ThrowIfDaemon();
        Action function = GetType() == typeof(Process) ? _target ?? DoNothing : Run;
        if (AsyncVoid.Is(function.Method))
        {
            throw new InvalidOperationException(
                $"Run() of {GetType().Name} is asynchronous and gives no task (async void): the child would leave at its first await. " +
                "Let it block until all is done.");
        }

        if (Interlocked.CompareExchange(ref _isStarted, 1, 0) != 0)   // one Start wins
        {
            throw new InvalidOperationException($"{Name} was started already; a process runs once. Make another one.");
        }

        try
        {
            var role =
                new WorkerRole(Name, _path, Current.Name, Daemon, IsPoolWorker: false, PrintsFailures: true, Nice: null, Initializer: null);
            WorkerSettings settings = _sandbox is null ? WorkerSettings.Default : new WorkerSettings { Sandbox = _sandbox };
            _child = ChildProcess.Start(role, function, settings, Name);
            Children.Add(this, _child);
            _target = null;
        }
        catch
        {
            _isStarted = 0;
            throw;
        }
    }

    /// <summary>Blocks until the process has ended.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public virtual void Join(CancellationToken token = default) => Ended.Result(token);

    /// <summary>Blocks until the process has ended or the time is up.</summary>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether the process has ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Join(CancellationToken)" path="/exception"/>
    public virtual bool TryJoin(TimeSpan timeout = default, CancellationToken token = default) => Ended.TryResult(timeout, token);

    /// <summary>Waits, without blocking the thread, until the process has ended.</summary>
    /// <inheritdoc cref="Join(CancellationToken)"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask JoinAsync(CancellationToken token = default) => await Ended.ResultAsync(token).ConfigureAwait(false);

    /// <summary>Waits, without blocking the thread, until the process has ended or the time is up.</summary>
    /// <inheritdoc cref="TryJoin(TimeSpan, CancellationToken)"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<bool> TryJoinAsync(TimeSpan timeout, CancellationToken token = default) =>
        await Ended.TryResultAsync(timeout, token).ConfigureAwait(false);

    /// <summary>
    /// Asks the process to end (SIGTERM). It ends at once unless it handles that signal; no finally block runs, and its children die with
    /// it.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public void Terminate() => Started().Worker.Signal(Signals.Terminate, ExitReason.Terminated, wholeGroup: false);

    /// <summary>Kills the process and everything it has started (SIGKILL). Nothing in it can prevent that.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public void Kill() => Started().Worker.Kill(ExitReason.Killed);

    /// <summary>Releases the process, which must have ended. The object cannot be used afterwards; closing it twice is allowed.</summary>
    /// <exception cref="InvalidOperationException">It still runs.</exception>
    public void Close()
    {
        if (!_isClosed && _child is { Ended.Done: false })
        {
            throw new InvalidOperationException($"{Name} (process {_child.Pid}) still runs. Join it, or kill it, before closing it.");
        }

        _isClosed = true;
    }

    /// <summary>Its name, pid, and state.</summary>
    public override string ToString()
    {
        string kind = GetType().DeclaringType == typeof(Process) ? nameof(Process) : GetType().Name;
        if (_isClosed)
        {
            return $"{kind} {Name}, closed";
        }

        string state = End is { } end ? $"stopped, exit code {ExitCodeText(end)}" : IsAlive ? "started" : "initial";
        return string.Create(
            CultureInfo.InvariantCulture, $"{kind} {Name}{(Pid is int pid ? $", pid {pid}" : "")}, {state}{(Daemon ? ", daemon" : "")}");
    }

    private static string ExitCodeText(WorkerEnd end) =>
        end.Signal is int signal ? $"-{Signals.NameOf(signal)}" : end.ExitCode.ToString(CultureInfo.InvariantCulture);

    /// <summary>The path of the next child: the numbers of this process, and how many children it has had.</summary>
    // The counter only numbers.
    private static string NextPath() =>
        string.Create(
            CultureInfo.InvariantCulture, $"{(WorkerMain.Role is { } role ? $"{role.Path}:" : "")}{Interlocked.Increment(ref s_counter)}");

    internal static void ThrowIfDaemon()
    {
        if (WorkerMain.Role is { Daemon: true } own)
        {
            throw new InvalidOperationException(
                $"{own.Name} is a daemon process and may have no children: it can be killed at any time, and then no process would wait " +
                "for them. Start it with daemon: false.");
        }
    }

    private static void DoNothing()
    {
    }

    private ChildProcess Started() => Child ?? throw (_isThisProcess
        ? new InvalidOperationException("A process cannot wait for its own end, nor end itself this way; Environment.Exit does.")
        : _path is null ? NotOurs()
        : new InvalidOperationException($"{Name} was not started. Call Start() first."));

    private InvalidOperationException NotOurs() =>
        new($"{Name} belongs to another process; only the process that made it can start it, wait for it, or end it.");
}
