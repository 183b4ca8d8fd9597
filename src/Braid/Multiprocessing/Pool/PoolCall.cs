namespace Braid.Multiprocessing;

/// <summary>The future of a task of a process pool. Cancelling it while it runs kills its worker.</summary>
internal sealed class PoolCall<T>(ProcessPool pool) : RemoteCall<T>
{
    /// <summary>Set before the task is submitted.</summary>
    public PoolTask Task { get; set; } = null!;

    private protected override bool CanStop => true;

    public void CancelWith(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            CancellationTokenRegistration registration = token.UnsafeRegister(static call => ((PoolCall<T>)call!).Cancel(), this);
            AddDoneCallback(_ => registration.Unregister());
        }
    }

    private protected override void OnCancelled() => pool.Cancel(Task);
}
