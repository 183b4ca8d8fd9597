namespace Braid.Checking.Hooks;

/// <summary>Whose awaiter one is.</summary>
internal enum AwaiterKind
{
    /// <summary>The program's, or a library's.</summary>
    Other,
    Task,

    /// <summary>Of ConfigureAwait.</summary>
    ConfiguredTask,

    /// <summary>Of a ValueTask, configured or not.</summary>
    ValueTask,
    Yield,
}
