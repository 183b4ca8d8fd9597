namespace Braid.Multiprocessing;

/// <summary>A semaphore for several processes that refuses to have more permits than it was made with, which catches one release too many.</summary>
/// <remarks>Python counterpart: <c>multiprocessing.BoundedSemaphore</c>.</remarks>
public sealed class BoundedSemaphore : Semaphore, IShared<BoundedSemaphore>
{
    /// <summary>Makes a semaphore with so many permits.</summary>
    /// <param name="value">How many permits there are at first and at most; 0 or more, 1 by default.</param>
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
