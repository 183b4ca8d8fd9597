namespace Braid.Multiprocessing;

/// <summary>The future of a task of a process pool. Cancelling it while it runs kills its worker.</summary>
internal class PoolCall<T>(ProcessPool pool) : RemoteCall<T>
{
    private protected ProcessPool Pool => pool;

    /// <summary>Set before the task is submitted.</summary>
    public PoolTask Task { get; set; } = null!;

    private protected override bool CanStop => true;

    private protected override PayloadSource Source => pool.Source;

    private protected override void OnCancelled() => pool.Cancel(Task);

    private protected override void OnDone()
    {
        Task.LeavePlace();
        if (Task.IsAccepted)
        {
            pool.OnEnded();
        }
    }
}
