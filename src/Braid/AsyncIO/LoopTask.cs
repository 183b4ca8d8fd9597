namespace Braid.AsyncIO;

/// <summary>The loop's record of a task that runs in it.</summary>
/// <param name="Name">Its name, given or generated.</param>
/// <param name="Expression">Its source, as written in the program.</param>
internal sealed record LoopTask(string Name, string? Expression)
{
    private const int MaxLength = 80;

    /// <summary>The task, once its creator has it. The loop's thread.</summary>
    public Task? Task { get; set; }

    public override string ToString()
    {
        string text = string.Join(' ', (Expression ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length == 0 ? Name : $"{Name} ({(text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "..."))})";
    }
}
