using System.Globalization;

namespace Braid.Multiprocessing;

/// <summary>A process that runs one delegate: the parent's side of it.</summary>
/// <remarks>
/// A spare worker may be killed from outside at the very moment at which it is taken. As long as it has not begun the delegate, and its pid
/// has not been asked for, so that no one can have meant this process, another process is started for the delegate instead.
/// </remarks>
internal sealed unsafe class ChildProcess : IWorkerOwner, ITicking
{
    private static readonly TimeSpan s_memoryPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(5);   // after its result, if only the result was wanted

    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly Futures.Future<WorkerEnd> _ended = new();
    private readonly WorkerSettings _settings;
    private readonly Request _role;
    private readonly Request _task;
    private readonly IRemoteCall? _call;            // gets the result; null if none is wanted
    private readonly TimeSpan? _timeLimit;
    private readonly string _description;
    private Sentinel? _sentinel;                    // by compare-exchange; only on request
    private Futures.Future<Worker> _assigned = new();               // replaced under _gate: the process, once its task is sent
    private bool _isPidKnown;                       // guarded by _gate: a kill may have meant this very process
    private bool _isSpare;                          // written before the process is assigned
    private RequestPlace _taskPlace;                // likewise: where the task lies
    private bool _isStarted;                        // by the supervisor's thread: the process is assigned
    private WorkerEnd? _end;                        // by the supervisor's thread: it ended before that
    private Deadline _deadline;                     // by the supervisor's thread once the child runs
    private Deadline _nextMemoryCheck = Deadline.After(TimeSpan.Zero);   // by the supervisor's thread: when to check its memory next
    private bool _hasBegun;                         // by the supervisor's thread
    private bool _hasAnswered;                      // by the supervisor's thread

    // Orders: _assigned is published whole by its release-store. A thread that has read the previous one gets the dead spare. Where that
    // would matter, for a pid that is handed out or killed, it is read under the gate together with _isPidKnown, which then forbids the
    // replacement.

    /// <exception cref="PayloadException">The delegate, or the initializer, cannot travel.</exception>
    private ChildProcess(WorkerRole role, Delegate function, WorkerSettings settings, string what, IRemoteCall? call, TimeSpan? timeLimit)
    {
        bool allowShared = settings.Sandbox is null;
        _task = Requests.Write(function, allowShared);
        _role = Requests.Write(role, allowShared);
        _call = call;
        _settings = settings;
        _timeLimit = timeLimit;
        _description = what;
        _deadline = Deadline.After(s_startLimit);
    }

    /// <summary>Done when the process has ended.</summary>
    public Futures.Future<WorkerEnd> Ended => _ended;

    /// <summary>Becomes ready when the process has ended; always the same object.</summary>
    public Sentinel Sentinel => LazyInitializer.EnsureInitialized(ref _sentinel, () => new Sentinel(_ended));

    /// <summary>Its process. Blocks while a dead spare is being replaced, which takes a fraction of a millisecond.</summary>
    public Worker Worker => Volatile.Read(ref _assigned).Result();

    /// <summary>The pid of its process. Once it has been asked for, the process is never replaced.</summary>
    public int Pid
    {
        get
        {
            using (_gate.EnterScope())
            {
                _isPidKnown = true;
            }

            return Worker.Pid;
        }
    }

    private long? MemoryLimit => _settings.MemoryLimit;

    /// <summary>Starts a process that runs a delegate and ends.</summary>
    /// <exception cref="PayloadException">The delegate cannot travel; nothing was started.</exception>
    /// <exception cref="WorkerStartException">The process cannot be started.</exception>
    public static ChildProcess Start(
        WorkerRole role, Delegate function, WorkerSettings settings, string what, IRemoteCall? call = null, TimeSpan? timeLimit = null)
    {
        WorkerProgram.CheckThatWorkersCanStart();
        var child = new ChildProcess(role, function, settings, what, call, timeLimit);
        Supervisor.Add(child);
        try
        {
            Worker? spare = Spares.TryTake(settings, child);
            child.Assign(spare ?? Worker.Start(settings, child), isSpare: spare is not null);
        }
        catch
        {
            Supervisor.Remove(child);
            child.Release();
            throw;
        }

        return child;
    }

    void IWorkerOwner.OnFrame(Worker worker, int kind, long id, byte* data, long bytes)
    {
        switch (kind & FrameKind.KindMask)
        {
            case FrameKind.Began:
                _hasBegun = !MeasureMemory(worker);
                worker.StartedRunningAt = Stopwatch.GetTimestamp();
                _deadline = _timeLimit is TimeSpan limit ? Deadline.After(limit) : Deadline.Never;
                Release();
                break;
            case FrameKind.Result:
                _hasAnswered = true;
                EndSoon();
                _call?.TakeResult(data, bytes, (kind & FrameKind.CarriesSegments) != 0, worker.Before(kind, reports: null));
                break;
            case FrameKind.Failure or FrameKind.Unsent:
                _hasAnswered = true;
                EndSoon();
                _call?.TakeFailure(
                    data, bytes, (kind & FrameKind.CarriesSegments) != 0, worker.Before(kind, reports: null), Explain);
                break;
            default:
                break;
        }
    }

    void IWorkerOwner.OnDeath(Worker worker, WorkerEnd end)
    {
        if (!_isStarted)
        {
            _end = end;   // handled once the task was sent
        }
        else if (!TryReplace(worker, end))
        {
            End(end, _hasAnswered ? null : ToException(end));
        }
    }

    Deadline ITicking.Tick()
    {
        if (!_isStarted || Worker is not { IsDead: false } worker)
        {
            return Deadline.Never;
        }

        if (_deadline.HasPassed)
        {
            _deadline = Deadline.Never;
            worker.Kill(_hasAnswered ? ExitReason.Killed : ExitReason.TimedOut);
        }

        if (MemoryLimit is null)
        {
            return _deadline;
        }

        if (_nextMemoryCheck.HasPassed)
        {
            MeasureMemory(worker);
            _nextMemoryCheck = Deadline.After(s_memoryPeriod);
        }

        return Deadline.Earlier(_deadline, _nextMemoryCheck);
    }

    /// <summary>Gives a worker its task. Not on the supervisor's thread.</summary>
    private void Assign(Worker worker, bool isSpare)
    {
        worker.TrySend(FrameKind.Start, 0, _role.Payload);
        _taskPlace = worker.TrySend(FrameKind.Task, 1, _task.Payload)!.Value;   // its ring is empty
        _isSpare = isSpare;
        _assigned.SetResult(worker);
        Supervisor.Post(() => OnStarted(worker));
    }

    private void OnStarted(Worker worker)
    {
        _isStarted = true;
        if (_end is { } end)
        {
            ((IWorkerOwner)this).OnDeath(worker, end);
        }

        worker.Channel.Segment.Release();   // the starter's reference
    }

    /// <summary>Has another process run what a dead spare has not begun.</summary>
    private bool TryReplace(Worker worker, WorkerEnd end)
    {
        bool wasMeant = end.Reason is ExitReason.Killed or ExitReason.Terminated or ExitReason.TimedOut or ExitReason.OverMemoryLimit;
        if (!_isSpare || wasMeant || _call is { Future.Done: true } || !worker.TryTakeBack(_taskPlace))
        {
            return false;
        }

        using (_gate.EnterScope())
        {
            if (_isPidKnown)
            {
                return false;
            }

            Volatile.Write(ref _assigned, new Futures.Future<Worker>());
        }

        (_isStarted, _end) = (false, null);
        Spawner.Post(() => Assign(Worker.Start(_settings, this), isSpare: false), exception => OnNotReplaced(worker, end, exception));
        return true;
    }

    private void OnNotReplaced(Worker dead, WorkerEnd end, Exception exception)
    {
        if (Volatile.Read(ref _assigned) is { Done: false } assigned)
        {
            assigned.SetResult(dead);
        }

        Supervisor.Post(() => End(end, exception));
    }

    private void End(WorkerEnd end, Exception? failure)
    {
        Release();
        if (failure is not null)
        {
            _call?.Fail(failure, after: null);
        }

        _ended.SetResult(end);
        Supervisor.Remove(this);
    }

    /// <returns>Whether it exceeds its memory limit; it is then killed.</returns>
    private bool MeasureMemory(Worker worker)
    {
        if (MemoryLimit is not long limit)
        {
            return false;
        }

        worker.MeasureMemory();
        if (worker.PrivateBytes is null || worker.PrivateBytes <= limit)
        {
            return false;
        }

        worker.Kill(ExitReason.OverMemoryLimit);
        return true;
    }

    private void EndSoon()
    {
        if (_call is not null)
        {
            _deadline = Deadline.After(s_endLimit);
        }
    }

    private Exception ToException(WorkerEnd end) => end.Reason switch
    {
        _ when _hasBegun => WorkerFailure.ToException(end, _description, _timeLimit, MemoryLimit, ""),
        ExitReason.Killed or ExitReason.Terminated => WorkerFailure.ToException(end, _description, _timeLimit, MemoryLimit, ""),
        ExitReason.OverMemoryLimit => new MemoryLimitException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_description} was not run: its memory limit of {MemoryLimit / 1e6:0.###} MB is less than what a process of this " +
                $"program needs before it begins. Raise the limit. {end}"),
            MemoryLimit ?? 0,
            end),
        ExitReason.TimedOut =>
            new WorkerStartException(
                $"{_description} was not begun: its process had not taken it after {s_startLimit.TotalSeconds} s, and was killed: {end}",
                innerException: null,
                end),
        _ =>
            new WorkerStartException(
                $"{_description} was not begun: its process ended before it could take it: {end}", innerException: null, end),
    };

    private Exception Explain(Exception failure) => WorkerFailure.Explain(failure, _description, MemoryLimit, _settings.Sandbox);

    private void Release()
    {
        _role.Dispose();
        _task.Dispose();
    }
}
