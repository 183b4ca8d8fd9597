namespace BugZoo.Calls;

/// <summary>A semaphore with one permit.</summary>
internal sealed class SemaphoreUse : IUse
{
    private readonly CancellationTokenSource _cancel = new();
    private int _permits = 1;           // that were there, or were given to end a wait

    public SemaphoreSlim Gate { get; } = new(1, 20);

    public CancellationToken Token => _cancel.Token;

    public void Cancel() => _cancel.Cancel();

    /// <summary>Lets a thread of the pool wait for a permit.</summary>
    public static Task<int> OnThreadAsync(Func<bool> wait) => Task.Run(() => wait() ? -1 : 0);

    public static async Task<int> TakenAsync(Task wait)
    {
        await wait;
        return -1;
    }

    public bool MayWait(Side side, int added, bool othersWait) => Gate.CurrentCount == 0;

    public bool MayThrow(Exception thrown) => thrown is OperationCanceledException;

    public void Close()
    {
        Gate.Release();
        _permits++;
    }

    public void Check(int added) => Claim.That(Gate.CurrentCount == _permits + added, "each permit is taken once, or still there");
}
