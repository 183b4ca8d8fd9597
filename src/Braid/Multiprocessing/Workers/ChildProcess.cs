using System.Globalization;

namespace Braid.Multiprocessing;

/// <summary>A process that runs one delegate: the parent's side of it.</summary>
internal sealed unsafe class ChildProcess : IWorkerOwner, ITicking
{
    private static readonly TimeSpan s_memoryPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(5);   // after its result, when that is all that was wanted

    private readonly Futures.Future<WorkerEnd> _ended = new();
    private readonly Request _birth;
    private readonly Request _task;
    private readonly IRemoteCall? _call;            // gets the result; null when nobody wants one
    private readonly TimeSpan? _timeLimit;
    private readonly long? _memoryLimit;
    private readonly string _what;
    private Sentinel? _sentinel;                    // by compare-exchange; only if somebody asks for it
    private Worker _worker = null!;                 // written once, before anybody else has this object
    private Deadline _deadline;                     // by the supervisor's thread once the child runs
    private Deadline _looksAgain = Deadline.After(TimeSpan.Zero);   // by the supervisor's thread: at the memory
    private bool _hasBegun;                         // by the supervisor's thread
    private bool _hasAnswered;                      // by the supervisor's thread

    /// <exception cref="PayloadException">The delegate, or the initializer, cannot travel.</exception>
    private ChildProcess(WorkerBirth birth, Delegate function, string what, IRemoteCall? call, TimeSpan? timeLimit, long? memoryLimit)
    {
        _task = Requests.Write(function);
        _birth = Requests.Write(birth);
        _call = call;
        _timeLimit = timeLimit;
        _memoryLimit = memoryLimit;
        _what = what;
        _deadline = Deadline.After(s_startLimit);
    }

    /// <summary>Done when the process has ended.</summary>
    public Futures.Future<WorkerEnd> Ended => _ended;

    /// <summary>Ready when the process has ended; always the same one.</summary>
    public Sentinel Sentinel => LazyInitializer.EnsureInitialized(ref _sentinel, () => new Sentinel(_ended));

    public Worker Worker => _worker;

    /// <summary>Starts a process that runs a delegate and ends.</summary>
    /// <exception cref="PayloadException">The delegate cannot travel; nothing was started.</exception>
    /// <exception cref="WorkerStartException">The process cannot be started.</exception>
    public static ChildProcess Start(WorkerBirth birth, Delegate function, WorkerSettings settings, string what, IRemoteCall? call = null, TimeSpan? timeLimit = null)
    {
        WorkerProgram.CheckThatWorkersCanStart();
        var child = new ChildProcess(birth, function, what, call, timeLimit, settings.MemoryLimit);
        try
        {
            child._worker = Spares.TryTake(settings, child) ?? Worker.Start(settings, child);
        }
        catch
        {
            child.LetGo();
            throw;
        }

        child._worker.TrySend(FrameKind.Start, 0, child._birth.Payload);
        child._worker.TrySend(FrameKind.Task, 1, child._task.Payload);
        Supervisor.Add(child);
        if (child.Ended.Done)
        {
            Supervisor.Remove(child);   // it died in this very moment, and was taken away before it was added
        }

        return child;
    }

    void IWorkerOwner.OnFrame(Worker worker, int kind, long id, byte* data, long bytes)
    {
        switch (kind & FrameKind.KindMask)
        {
            case FrameKind.Began:
                _hasBegun = !LookAtMemory(worker);
                worker.StartedRunningAt = Stopwatch.GetTimestamp();
                _deadline = _timeLimit is TimeSpan limit ? Deadline.After(limit) : Deadline.Never;
                LetGo();
                break;
            case FrameKind.Result:
                _hasAnswered = true;
                EndSoon();
                _call?.TakeResult(data, bytes, (kind & FrameKind.CarriesSegments) != 0);
                break;
            case FrameKind.Failure or FrameKind.Unsent:
                _hasAnswered = true;
                EndSoon();
                _call?.TakeFailure(data, bytes, WrapOutOfMemory);
                break;
            default:
                break;
        }
    }

    void IWorkerOwner.OnDeath(Worker worker, WorkerEnd end)
    {
        LetGo();
        if (_call is not null && !_hasAnswered)
        {
            _call.Fail(ToException(end));
        }

        _ended.SetResult(end);
        Supervisor.Remove(this);
    }

    Deadline ITicking.Tick()
    {
        if (_worker.IsDead)
        {
            return Deadline.Never;
        }

        if (_deadline.HasPassed)
        {
            _deadline = Deadline.Never;
            _worker.Kill(_hasAnswered ? ExitReason.Killed : ExitReason.TimedOut);
        }

        if (_memoryLimit is null)
        {
            return _deadline;
        }

        if (_looksAgain.HasPassed)
        {
            LookAtMemory(_worker);
            _looksAgain = Deadline.After(s_memoryPeriod);
        }

        return Deadline.Earlier(_deadline, _looksAgain);
    }

    /// <returns>Whether it has too much memory; then it is killed.</returns>
    private bool LookAtMemory(Worker worker)
    {
        if (_memoryLimit is not long limit)
        {
            return false;
        }

        worker.LookAtMemory();
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
        _ when _hasBegun => Deaths.ToException(end, _what, _timeLimit, _memoryLimit, ""),
        ExitReason.Killed or ExitReason.Terminated => Deaths.ToException(end, _what, _timeLimit, _memoryLimit, ""),
        ExitReason.OverMemoryLimit => new MemoryLimitException(
            string.Create(CultureInfo.InvariantCulture, $"{_what} was not run: its memory limit of {_memoryLimit / 1e6:0.###} MB is less than what a process of this program needs before it begins. Raise the limit. {end}"), _memoryLimit ?? 0, end),
        ExitReason.TimedOut => new WorkerStartException($"{_what} was not begun: its process had not taken it after {s_startLimit.TotalSeconds} s, and was killed: {end}", innerException: null, end),
        _ => new WorkerStartException($"{_what} was not begun: its process ended before it could take it: {end}", innerException: null, end),
    };

    private Exception WrapOutOfMemory(Exception failure) => failure is OutOfMemoryException && _memoryLimit is long limit
        ? new MemoryLimitException(string.Create(CultureInfo.InvariantCulture, $"{_what} needed more memory than its limit of {limit / 1e6:0.#} MB: {failure.Message}"), limit, worker: null, failure)
        : failure;

    private void LetGo()
    {
        _birth.Dispose();
        _task.Dispose();
    }
}
