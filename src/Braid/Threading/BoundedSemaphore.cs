namespace Braid.Threading;

/// <summary>A semaphore that never has more permits than it was created with: releasing once too often throws.</summary>
/// <remarks>Python counterpart: <c>threading.BoundedSemaphore</c>, <c>asyncio.BoundedSemaphore</c>.</remarks>
/// <param name="value">How many permits there are initially and at most; 0 or more, 1 by default.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative.</exception>
public sealed class BoundedSemaphore(int value = 1) : Semaphore(value)
{
    private readonly int _limit = value;

    private protected override int Limit => _limit;

    private protected override int? ShownLimit => _limit;
}
