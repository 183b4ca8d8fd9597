using System.Globalization;

namespace Braid.Multiprocessing;

/// <summary>A process that runs one delegate: the parent's side of it.</summary>
internal sealed unsafe class ChildProcess : IWorkerOwner, ITicking
{
    private static readonly TimeSpan s_memoryPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_helloLimit = TimeSpan.FromSeconds(60);

    private readonly Futures.Future<WorkerEnd> _ended = new();
    private readonly Request _birth;
    private readonly Request _task;
    private readonly IRemoteCall? _call;            // gets the result; null when nobody wants one
    private readonly TimeSpan? _timeLimit;
    private readonly long? _memoryLimit;
    private readonly string _what;
    private Worker _worker = null!;                 // written once, before anybody else has this object
    private Deadline _deadline;                     // by the supervisor's thread once the child runs
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
        _deadline = Deadline.After(s_helloLimit);
    }

    /// <summary>Done when the process has ended.</summary>
    public Futures.Future<WorkerEnd> Ended => _ended;

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
        return child;
    }

    void IWorkerOwner.OnFrame(Worker worker, int kind, long id, byte* data, long bytes)
    {
        switch (kind & FrameKind.KindMask)
        {
            case FrameKind.Began:
                _hasBegun = true;
                worker.StartedRunningAt = Stopwatch.GetTimestamp();
                _deadline = _timeLimit is TimeSpan limit ? Deadline.After(limit) : Deadline.Never;
                LetGo();
                break;
            case FrameKind.Result:
                _hasAnswered = true;
                _call?.TakeResult(data, bytes, (kind & FrameKind.CarriesSegments) != 0);
                break;
            case FrameKind.Failure or FrameKind.Unsent:
                _hasAnswered = true;
                _call?.TakeFailure(data, bytes, WrapOutOfMemory);
                break;
            default:
                break;
        }
    }

    void IWorkerOwner.OnDeath(Worker worker, WorkerEnd end)
    {
        Supervisor.Remove(this);
        LetGo();
        if (_call is not null && !_hasAnswered)
        {
            _call.Fail(_hasBegun || end.Reason is ExitReason.Killed or ExitReason.Terminated
                ? Deaths.ToException(end, _what, _timeLimit, _memoryLimit, "")
                : new WorkerStartException($"{_what} was not begun: its process ended before it could take it: {end}", innerException: null, end));
        }

        _ended.SetResult(end);
    }

    Deadline ITicking.Tick()
    {
        if (_deadline.HasPassed)
        {
            _deadline = Deadline.Never;
            _worker.Kill(ExitReason.TimedOut);
        }

        if (_memoryLimit is not long limit || _worker.IsDead)
        {
            return _deadline;
        }

        _worker.LookAtMemory();
        if (_worker.PrivateBytes > limit)
        {
            _worker.Kill(ExitReason.OverMemoryLimit);
        }

        return Deadline.Earlier(_deadline, Deadline.After(s_memoryPeriod));
    }

    private Exception WrapOutOfMemory(Exception failure) => failure is OutOfMemoryException && _memoryLimit is long limit
        ? new MemoryLimitException(string.Create(CultureInfo.InvariantCulture, $"{_what} needed more memory than its limit of {limit / 1e6:0.#} MB: {failure.Message}"), limit, worker: null, failure)
        : failure;

    private void LetGo()
    {
        _birth.Dispose();
        _task.Dispose();
    }
}
