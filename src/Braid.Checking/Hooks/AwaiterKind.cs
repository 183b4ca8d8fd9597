namespace Braid.Checking.Hooks;

/// <summary>What an awaiter belongs to.</summary>
internal enum AwaiterKind
{
    /// <summary>The program or a library.</summary>
    Other,
    Task,

    /// <summary>A task with ConfigureAwait.</summary>
    ConfiguredTask,

    /// <summary>A ValueTask, configured or not.</summary>
    ValueTask,
    Yield,
}
