namespace Braid.Futures;

/// <summary>The outcomes of a call's earlier attempts, attached to the exception of its last one.</summary>
internal static class AttemptHistory
{
    /// <summary>The key of the history in <see cref="Exception.Data"/>.</summary>
    public const string Key = "Earlier attempts";

    /// <summary>The line of one attempt.</summary>
    public static string Line(int attempt, Exception exception) =>
        $"\n  attempt {attempt}: {exception.GetType()}: {SafeText.MessageOf(exception)}";

    /// <param name="exception">The exception of the last attempt.</param>
    /// <param name="history">The lines of the others; empty if there were none.</param>
    public static void Attach(Exception exception, string history)
    {
        if (history.Length == 0)
        {
            return;
        }

        try
        {
            exception.Data[Key] = history.TrimStart('\n');
        }
        catch (Exception)
        {
            // The exception's data may refuse it; the exception itself is what counts.
        }
    }
}
