namespace Braid.Multiprocessing;

/// <summary>With what a worker process is started.</summary>
internal sealed record WorkerSettings
{
    public static WorkerSettings Default { get; } = new();

    /// <summary>Bytes of private memory it may have; null: no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Variables added to its environment; a null value takes one away.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    /// <summary>The processors it may use; null: all that this process may.</summary>
    public IReadOnlyList<int>? Processors { get; init; }

    /// <summary>Gets each line it prints, and whether it went to standard error; null: it goes where this process's output goes.</summary>
    public Action<string, bool>? Output { get; init; }
}
