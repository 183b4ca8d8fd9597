namespace Braid.Checking;

/// <summary>How many scenarios a check for linearizability tries, how large they are, and how far each is searched.</summary>
/// <remarks>
/// <see cref="CheckOptions.Schedules"/> is the maximum for each scenario, and <see cref="CheckOptions.Time"/> the maximum for all of them
/// together: each scenario gets an equal share of what is left. Shortening a scenario that fails takes further time, at most
/// <see cref="ShrinkTime"/>. The calls of all threads may come in at most 1,000,000 orders: 3 threads with 5 calls each, 4 with 3, 5
/// with 2.
/// </remarks>
public sealed record LinearizabilityOptions : CheckOptions
{
    /// <summary>The maximum number of scenarios. Small ones come first. Default 100; at least 1.</summary>
    public int Scenarios { get; init; } = 100;

    /// <summary>The maximum number of threads of a scenario. Default 3; from 2 to 6.</summary>
    public int Threads { get; init; } = 3;

    /// <summary>The maximum number of operations that each thread calls. Default 3; from 1 to 6.</summary>
    public int OperationsPerThread { get; init; } = 3;

    /// <summary>The maximum number of operations that are called before the threads start. Default 2; from 0 to 6.</summary>
    public int OperationsBefore { get; init; } = 2;

    /// <summary>The maximum number of operations that are called when all threads have ended. Default 2; from 0 to 6.</summary>
    public int OperationsAfter { get; init; } = 2;

    /// <summary>
    /// The maximum time to look for a smaller scenario that also fails, after one was found. Default 10 seconds;
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
    /// </summary>
    public TimeSpan ShrinkTime { get; init; } = TimeSpan.FromSeconds(10);
}
