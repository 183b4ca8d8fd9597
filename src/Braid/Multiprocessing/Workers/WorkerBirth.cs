namespace Braid.Multiprocessing;

/// <summary>The first message to a worker.</summary>
/// <param name="Name">Its name, and those of its parents: "Process-1:2" is the second child of the first.</param>
/// <param name="Path">The numbers of the name: the beginning of the names of its own children.</param>
/// <param name="ParentName">The name of its parent.</param>
/// <param name="Daemon">Whether it may have no children, and is ended with its parent.</param>
/// <param name="IsPoolWorker">Whether it gets many tasks, else it ends with the first.</param>
/// <param name="PrintsFailures">Whether it prints an exception of its task, because no caller gets it.</param>
/// <param name="Nice">How polite it is to other processes; null: like its parent.</param>
/// <param name="Initializer">What to call before the first task; null: nothing.</param>
internal sealed record WorkerBirth(string Name, string Path, string ParentName, bool Daemon, bool IsPoolWorker, bool PrintsFailures, int? Nice, Action? Initializer)
{
    /// <summary>Bytes of private memory it is killed for; null: no limit. It asks to be replaced, between two tasks, before it comes to that.</summary>
    public long? MemoryLimit { get; init; }
}
