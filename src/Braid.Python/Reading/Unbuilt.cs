namespace Braid.Python;

/// <summary>
/// An object whose state has not been read yet. It is on the machine's stack and in at most one entry of its memo; both receive the value
/// once the state has been read. Nothing else may use it.
/// </summary>
internal sealed class Unbuilt(GlobalReader reader, object?[] args)
{
    public GlobalReader Reader { get; } = reader;

    public object?[] Args { get; } = args;

    /// <summary>Its index in the memo; -1 if it has none.</summary>
    public int MemoIndex { get; set; } = -1;
}
