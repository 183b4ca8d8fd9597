namespace Braid.Multiprocessing;

/// <summary>
/// A semaphore for several processes that never has more permits than it was created with: releasing once too often throws.
/// </summary>
/// <remarks>Python counterpart: <c>multiprocessing.BoundedSemaphore</c>.</remarks>
public sealed class BoundedSemaphore : Semaphore, IShared<BoundedSemaphore>
{
    /// <summary>Creates a semaphore with the given number of permits.</summary>
    /// <param name="value">How many permits there are initially and at most; 0 or more, 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public BoundedSemaphore(int value = 1)
        : base(value, value)
    {
    }

    private BoundedSemaphore(Segment segment)
        : base(segment)
    {
    }

    private protected override int? ShownLimit => Limit;

    static BoundedSemaphore IShared<BoundedSemaphore>.Over(Segment segment) => new(segment);
}
