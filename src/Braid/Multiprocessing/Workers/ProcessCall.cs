namespace Braid.Multiprocessing;

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
