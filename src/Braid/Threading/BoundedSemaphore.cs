namespace Braid.Threading;

/// <summary>A semaphore that refuses to have more permits than it was made with, which catches one release too many.</summary>
/// <remarks>Python counterpart: <c>threading.BoundedSemaphore</c>, <c>asyncio.BoundedSemaphore</c>.</remarks>
/// <param name="value">How many permits there are at first and at most; 0 or more, 1 by default.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative.</exception>
public sealed class BoundedSemaphore(int value = 1) : Semaphore(value)
{
    private readonly int _limit = value;

    private protected override int Limit => _limit;

    private protected override int? ShownLimit => _limit;
}
