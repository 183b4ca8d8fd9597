using System.Globalization;
using Braid.Futures;

namespace Braid.Multiprocessing;

/// <summary>Carries out the effects of a pool's state machine, with its processes, its gate and its clock.</summary>
internal sealed unsafe partial class ProcessPool : IPoolEffects, ITicking
{
    private static readonly TimeSpan s_memoryPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_leaveRetry = TimeSpan.FromMilliseconds(1);

    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();              // guards the core, and all state of its tasks and slots
    private readonly List<Action> _afterGate = [];              // guarded by _gate: outcomes, which may run user code
    private readonly List<PoolSlot> _unaskedToLeave = [];   // guarded by _gate: workers that were not asked, because their rings were full
    private readonly Futures.Future<ValueTuple> _closed = new();
    private readonly PoolCore _core;
    private readonly PoolRules _rules;
    private readonly WorkerSettings _settings;
    private readonly ProcessPoolOptions _options;
    private readonly string _name;
    private readonly PendingLimit? _limit;
    private long _lastId;                                       // by Interlocked
    // By Interlocked: accepted calls whose futures are not done, and 1 while the core is not closed; never rises again once it is 0
    private long _unended = 1;
    private Deadline _nextMemoryCheck;                           // by the supervisor's thread
    private long _dueAt = long.MaxValue;   // written under _gate; read by the supervisor's thread: when to call the core

    // Orders: the supervisor may read a stale _dueAt; a thread that makes it earlier nudges the supervisor afterwards, and the order posted
    // by that nudge publishes the new value. _unended is incremented under the gate while the core is not closed, so it is not 0; the
    // decrement that makes it 0 follows every other end, as these are full fences, and ends the pool. _lastId only numbers.

    public ProcessPool(ProcessPoolOptions options, PoolRules rules, string name)
    {
        Process.ThrowIfDaemon();
        _options = options;
        _rules = rules;
        _name = name;
        _limit = options.MaxPending is int most ? new PendingLimit(most) : null;
        _settings = options.ToSettings();
        _core = new PoolCore(rules, this, Now);
        Spares.Keep(_settings);
        Supervisor.Add(this);
        ProcessPools.Add(this);
        Instruments.Register(this);
    }

    /// <summary>
    /// Done once the pool is shut down, its last worker is gone, and the futures of all calls are done: a result may be read long after its
    /// worker has left.
    /// </summary>
    public Futures.Future<ValueTuple> Closed => _closed;

    public void Submit(PoolTask task, string shutDownText)
    {
        bool refused;
        List<Action>? outcomes;
        bool isDueEarlier;
        using (_gate.EnterScope())
        {
            refused = _core.IsClosing;
            if (!refused)
            {
                task.IsAccepted = true;
                Interlocked.Increment(ref _unended);
                _core.Submit(task);
            }

            outcomes = TakeOutcomes(out isDueEarlier);
        }

        Finish(outcomes, isDueEarlier);
        if (refused)
        {
            task.End();
            throw new InvalidOperationException(shutDownText);
        }
    }

    public long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>The future of a call is done, or the core is closed: the last such event ends the pool.</summary>
    public void OnEnded()
    {
        if (Interlocked.Decrement(ref _unended) == 0)
        {
            _closed.SetResult(default);
        }
    }

    /// <summary>Whether its processes can open shared memory of this one: not in a sandbox.</summary>
    public bool AllowsShared => _settings.Sandbox is null;

    /// <summary>How much is believed of what its workers send.</summary>
    public PayloadSource Source => _settings.Source;

    /// <summary>Adds to a task's own exception what the limit or the sandbox of its process has to do with it.</summary>
    public Exception Explain(Exception failure) =>
        WorkerFailure.Explain(failure, "The task", _rules.MemoryLimit, _settings.Sandbox);

    public void Cancel(PoolTask task) => Do(core => core.Cancel(task));

    /// <summary>The bound on pending calls; null if there is none.</summary>
    public PendingLimit? Limit => _limit;

    public void Close(bool cancelPending)
    {
        Do(core => core.Close(cancelPending));
        _limit?.Lift();
    }

    public void CloseByForce(ExitReason reason, TimeSpan? deadline = null)
    {
        Do(core => core.CloseByForce(reason, deadline));
        _limit?.Lift();
    }

    public void Resize(int maxWorkers) => Do(core => core.Resize(maxWorkers));

    public PoolFigures Figures()
    {
        using (_gate.EnterScope())
        {
            WorkerFigures[] workers =
            [
                .. _core.Slots.Where(static slot => slot.Worker is { IsDead: false }).Select(slot => new WorkerFigures(
                    slot.Worker!.Pid,
                    ProcessStatus.PrivateBytesOf(slot.Worker.Pid),
                    slot.Ended,
                    slot.Outstanding.First?.Value.Description,
                    ProcessStatus.IsStopped(slot.Worker.Pid),
                    NameOf(slot))),
            ];
            return new PoolFigures(
                _core.PendingCount,
                _core.RunningCount,
                _core.DoneCount,
                _core.FailedCount,
                _core.LostTaskCount,
                _core.CancelledCount,
                _core.RetriedCount,
                _core.RestartCount,
                workers);
        }
    }

    Deadline ITicking.Tick()
    {
        if (Volatile.Read(ref _dueAt) <= Now())
        {
            Do(static core => core.Tick());
        }

        Deadline due = ToDeadline(Volatile.Read(ref _dueAt));
        if (_rules.MemoryLimit is null)
        {
            return due;
        }

        if (_nextMemoryCheck.HasPassed)
        {
            Do(MeasureMemory);
            _nextMemoryCheck = Deadline.After(s_memoryPeriod);
        }

        // Read without the gate: for a slot that is added meanwhile this is called again, once its worker has started.
        bool anyWorkers = _core.Slots.Count > 0;
        return anyWorkers ? Deadline.Earlier(due, _nextMemoryCheck) : due;
    }

    private static Deadline ToDeadline(long ticks) => ticks == long.MaxValue ? Deadline.Never
        : Deadline.After(TimeSpan.FromTicks(Math.Max(0, ticks - Now())));

    private static long Now() => Stopwatch.GetElapsedTime(0).Ticks;

    /// <summary>Runs the actions that were deferred until after the gate.</summary>
    private static void Finish(List<Action>? outcomes, bool isDueEarlier)
    {
        if (isDueEarlier)
        {
            Supervisor.Nudge();
        }

        outcomes?.ForEach(static outcome => outcome());
    }

    private void Fail(PoolTask task, Exception exception, byte[]? inner)
    {
        if (inner is null)
        {
            task.Call.Fail(exception, task.Relay?.Queue);
            return;
        }

        CallbackThreads.Run(() =>
        {
            ExceptionParts.Inner(exception) = ReadException(inner, Source);
            task.Call.Fail(exception, task.Relay?.Queue);
        });
    }

    /// <summary>Adds the task's history to an exception of its own. Runs user code.</summary>
    private Exception Explain(Exception failure, string history)
    {
        Exception told = Explain(failure);
        AttemptHistory.Attach(told, history);
        return told;
    }

    private static unsafe Exception ReadException(byte[] image, PayloadSource source)
    {
        try
        {
            fixed (byte* data = image)
            {
                var reader = new PayloadReader(data, image.Length, source);
                return Payload.Read<Exception>(ref reader);
            }
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private void Do(Action<PoolCore> what)
    {
        List<Action>? outcomes;
        bool isDueEarlier;
        using (_gate.EnterScope())
        {
            what(_core);
            outcomes = TakeOutcomes(out isDueEarlier);
        }

        Finish(outcomes, isDueEarlier);
    }

    /// <param name="isDueEarlier">Whether to tell the supervisor that its next call here is due earlier.</param>
    private List<Action>? TakeOutcomes(out bool isDueEarlier)
    {
        Debug.Assert(_gate.Locked);
        for (int index = _unaskedToLeave.Count - 1; index >= 0; index--)
        {
            if (_unaskedToLeave[index] is { Worker: { IsDead: false } worker } && worker.TrySend(FrameKind.Exit, 0, []) is null)
            {
                continue;
            }

            _unaskedToLeave.RemoveAt(index);
        }

        long dueAt = _unaskedToLeave.Count == 0 ? _core.DueAt : Math.Min(_core.DueAt, Now() + s_leaveRetry.Ticks);
        isDueEarlier = dueAt < _dueAt;
        Volatile.Write(ref _dueAt, dueAt);
        if (_afterGate.Count == 0)
        {
            return null;
        }

        List<Action> outcomes = [.. _afterGate];
        _afterGate.Clear();
        return outcomes;
    }

    private void MeasureMemory(PoolCore core)
    {
        foreach (PoolSlot slot in core.Slots.ToArray())
        {
            if (slot.Worker is { IsDead: false } worker && slot.State is SlotState.Ready or SlotState.Leaving)
            {
                worker.MeasureMemory();
                core.OnMemory(slot, worker.PrivateBytes ?? 0);
            }
        }
    }

    private string NameOf(PoolSlot slot) => string.Create(CultureInfo.InvariantCulture, $"{_name}_{slot.Number}");

    /// <summary>Starts a worker's process. On the spawner's thread.</summary>
    private void Start(PoolSlot slot)
    {
        Request? role = null;
        Worker? worker = null;
        try
        {
            role = Requests.Write(new WorkerRole(
                NameOf(slot),
                slot.Number.ToString(CultureInfo.InvariantCulture),
                Process.Current.Name,
                Daemon: false,
                IsPoolWorker: true,
                PrintsFailures: false,
                _options.Nice,
                _options.WholeInitializer)
            { MemoryLimit = _rules.MemoryLimit }, AllowsShared);
            var member = new Member(this, slot, role);
            worker = Spares.TryTake(_settings, member) ?? Worker.Start(_settings, member);
            worker.TrySend(FrameKind.Start, 0, role.Payload);
            using (_gate.EnterScope())
            {
                slot.Worker = worker;
                if (slot.State is SlotState.Killed or SlotState.Gone)
                {
                    worker.Kill(ExitReason.Killed);   // the pool was shut down meanwhile
                }
            }

            Supervisor.Post(() => member.OnStarted(worker));
        }
        catch (Exception exception)
        {
            role?.Dispose();
            worker?.Kill(ExitReason.Killed);
            Do(core => core.OnStartFailed(slot, exception));
        }
    }
}
