namespace Braid.Futures;

/// <summary>
/// Submits the calls of one map, each for some of its items. It ends with the last of its users: the map, while it has items left, and
/// chunks that may submit more.
/// </summary>
/// <param name="executor">The executor that runs them.</param>
/// <param name="onEnd">Called once nothing more is submitted; null for nothing.</param>
internal class ChunkSubmitter(Executor executor, Action? onEnd)
{
    private int _users = 1;   // by Interlocked: the user that makes it 0 ends it, after everything the others did

    /// <summary>Submits a call. The first one before any other begins; then on any thread.</summary>
    /// <param name="call">The call.</param>
    /// <param name="count">The number of its items.</param>
    /// <param name="callsAll">Whether it continues after an item that fails.</param>
    /// <param name="isRest">
    /// Whether it is for the items that another call has left, so that it waits for no place among the pending.
    /// </param>
    /// <param name="token">Cancels the call.</param>
    public virtual Future<Chunk<TResult>> Submit<TResult>(
        Func<Chunk<TResult>> call, int count, bool callsAll, bool isRest, CancellationToken token) =>
        isRest ? executor.Submit(call, hasPlace: false, token) : executor.Submit(call, token);

    /// <summary>
    /// Whether a failure of a whole call (not of an item's function) is that of all its items; otherwise only its first item has failed,
    /// and the others can be called.
    /// </summary>
    public virtual bool FailsAll(Exception failure) => true;

    public void AddUser() => Interlocked.Increment(ref _users);   // called by a user, so the count is not 0 meanwhile

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)   // a full fence: what every other user did is over
        {
            OnEnd();
        }
    }

    private protected virtual void OnEnd() => onEnd?.Invoke();
}
