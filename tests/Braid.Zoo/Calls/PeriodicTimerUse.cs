namespace BugZoo.Calls;

/// <summary>A timer that ticks more often than calls are given to wait.</summary>
internal sealed class PeriodicTimerUse : IUse
{
    private readonly CancellationTokenSource _cancel = new();

    public PeriodicTimer Timer { get; } = new(TimeSpan.FromMilliseconds(400));

    public CancellationToken Token => _cancel.Token;

    public void Cancel() => _cancel.Cancel();

    public bool MayWait(Side side, int added, bool othersWait) => false;

    public bool MayThrow(Exception thrown) => thrown is OperationCanceledException or ObjectDisposedException;

    public void Close() => Timer.Dispose();

    /// <summary>A timer that is disposed ticks no more.</summary>
    public void Check(int added) =>
        Claim.That(!Timer.WaitForNextTickAsync().AsTask().GetAwaiter().GetResult(), "no tick comes after Dispose");
}
