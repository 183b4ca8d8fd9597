namespace Braid.Futures;

/// <summary>Bounds the calls of an executor that are submitted and not begun: each has a place, and whoever submits one more waits for one.</summary>
internal sealed class PendingLimit(int places)
{
    private readonly Threading.Semaphore _places = new(places);
    private int _isLifted;   // by Interlocked

    /// <returns>Whether the caller has a place; not when the time is up.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool TryEnter(TimeSpan timeout, CancellationToken token) => _places.TryAcquire(timeout, token);

    /// <inheritdoc cref="TryEnter"/>
    public ValueTask<bool> TryEnterAsync(TimeSpan timeout, CancellationToken token) => _places.TryAcquireAsync(timeout, token);

    /// <summary>A call has begun, or has ended without having begun.</summary>
    public void Leave() => _places.Release();

    /// <summary>The executor takes no more calls: whoever waits for a place gets one, and is then refused by the executor itself.</summary>
    public void Lift()
    {
        if (Interlocked.Exchange(ref _isLifted, 1) == 0)   // lifted once: a second release would overflow the semaphore
        {
            _places.Release(int.MaxValue / 2);
        }
    }

    /// <summary>Gives back the place that a call has, once.</summary>
    /// <param name="limit">Where the call keeps it; null if it has none any more.</param>
    public static void Leave(ref PendingLimit? limit)
    {
        if (limit is not null)
        {
            Interlocked.Exchange(ref limit, null)?.Leave();   // the begin of a call and its end race for the place: one gives it back
        }
    }
}
