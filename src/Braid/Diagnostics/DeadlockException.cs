namespace Braid.Diagnostics;

/// <summary>Thrown, with the deadlock option on, by a wait that can never end because the threads involved wait for each other, each for what only the next can release.</summary>
/// <remarks>The waiting thread is taken out of the queue and holds nothing new; what it held before it still holds, and should release.</remarks>
public sealed class DeadlockException : InvalidOperationException
{
    internal DeadlockException(WaitGraph.Deadlock deadlock)
        : base(deadlock.ToString()) => Threads = deadlock.Names;

    /// <summary>The names of the threads that wait for each other, beginning with the one that threw.</summary>
    public IReadOnlyList<string> Threads { get; }
}
