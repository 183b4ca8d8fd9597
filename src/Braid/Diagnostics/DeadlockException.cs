namespace Braid.Diagnostics;

/// <summary>
/// Thrown, with deadlock detection on, by a wait that can never end because the threads involved wait for each other, each for something
/// that only the next can release.
/// </summary>
/// <remarks>
/// The waiting thread is removed from the queue and holds nothing new; it still holds what it held before, and should release it.
/// </remarks>
public sealed class DeadlockException : InvalidOperationException
{
    internal DeadlockException(WaitGraph.Deadlock deadlock)
        : base(deadlock.ToString()) => Threads = deadlock.Names;

    /// <summary>The names of the threads that wait for each other, beginning with the one that threw.</summary>
    public IReadOnlyList<string> Threads { get; }
}
