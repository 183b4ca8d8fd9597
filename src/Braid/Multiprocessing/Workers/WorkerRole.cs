namespace Braid.Multiprocessing;

/// <summary>The first message to a worker.</summary>
/// <param name="Name">Its name, which includes the numbers of its parents: "Process-1:2" is the second child of the first.</param>
/// <param name="Path">The numbers of the name, with which the names of its own children begin.</param>
/// <param name="ParentName">The name of its parent.</param>
/// <param name="Daemon">Whether it may have no children, and is killed with its parent.</param>
/// <param name="IsPoolWorker">Whether it gets many tasks; otherwise it ends after the first.</param>
/// <param name="PrintsFailures">Whether it prints an exception of its task, because no caller gets it.</param>
/// <param name="Nice">Its nice value; null to inherit the parent's.</param>
/// <param name="Initializer">What to call before the first task; null for nothing.</param>
internal sealed record WorkerRole(
    string Name, string Path, string ParentName, bool Daemon, bool IsPoolWorker, bool PrintsFailures, int? Nice, Action? Initializer)
{
    /// <summary>
    /// Bytes of private memory above which it is killed; null for no limit. Before it gets there, it asks between two tasks to be replaced.
    /// </summary>
    public long? MemoryLimit { get; init; }
}
