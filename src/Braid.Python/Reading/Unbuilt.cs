namespace Braid.Python;

/// <summary>
/// An object whose state is still to come. It stands on the machine's stack and in one place of its memo, both of which get the value
/// when the state is there; nothing else may take it.
/// </summary>
internal sealed class Unbuilt(GlobalReader reader, object?[] args)
{
    public GlobalReader Reader { get; } = reader;

    public object?[] Args { get; } = args;

    /// <summary>Where the memo has it; -1 while it does not.</summary>
    public int MemoIndex { get; set; } = -1;
}
