namespace Braid.Futures;

/// <summary>
/// Bounds the number of an executor's calls that are submitted and have not begun: each occupies a place, and submitting one more waits for
/// a place.
/// </summary>
internal sealed class PendingLimit(int places)
{
    private readonly Threading.Semaphore _places = new(places);
    private int _isLifted;   // by Interlocked

    /// <returns>Whether the caller has a place; false if the time is up.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool TryEnter(TimeSpan timeout, CancellationToken token) => _places.TryAcquire(timeout, token);

    /// <inheritdoc cref="TryEnter"/>
    public ValueTask<bool> TryEnterAsync(TimeSpan timeout, CancellationToken token) => _places.TryAcquireAsync(timeout, token);

    /// <summary>A call has begun, or has ended without having begun.</summary>
    public void Leave() => _places.Release();

    /// <summary>
    /// The executor accepts no more calls: callers that wait for a place get one, and are then refused by the executor itself.
    /// </summary>
    public void Lift()
    {
        if (Interlocked.Exchange(ref _isLifted, 1) == 0)   // lifted once: a second release would overflow the semaphore
        {
            _places.Release(int.MaxValue / 2);
        }
    }

    /// <summary>Releases the place that a call occupies, once.</summary>
    /// <param name="limit">Where the call keeps it; null if it no longer has one.</param>
    public static void Leave(ref PendingLimit? limit)
    {
        if (limit is not null)
        {
            Interlocked.Exchange(ref limit, null)?.Leave();   // the begin of a call and its end race for the place: one of them releases it
        }
    }
}
