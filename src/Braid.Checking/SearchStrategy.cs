namespace Braid.Checking;

/// <summary>How schedules are chosen.</summary>
public enum SearchStrategy
{
    /// <summary>
    /// A bounded search, because what it finds has the fewest preemptions and what it does not find is proved absent, alternating with
    /// <see cref="Urw"/>, <see cref="Pos"/>, <see cref="Random"/> and <see cref="Pct"/>. The default.
    /// </summary>
    Mix,

    /// <summary>Random, but a thread runs for a while before another is chosen.</summary>
    Random,

    /// <summary>Random priorities that change at a few random moments (probabilistic concurrency testing).</summary>
    Pct,

    /// <summary>All schedules with no preemption, then all with one, and so on up to <see cref="CheckOptions.Preemptions"/>.</summary>
    Bounded,

    /// <summary>
    /// One schedule of each order of the steps that conflict, instead of all schedules: dynamic partial-order reduction. For programs of
    /// threads, locks, fields and interlocked operations; for others it is <see cref="Bounded"/> without a bound.
    /// </summary>
    Dpor,

    /// <summary>
    /// Random priorities of steps, which are drawn again only where the order of two steps matters (partial order sampling).
    /// </summary>
    Pos,

    /// <summary>
    /// Threads drawn by the number of steps that they have left, so that all schedules occur about equally often (uniform random walk).
    /// </summary>
    Urw,
}
