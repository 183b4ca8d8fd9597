namespace Braid.Futures;

/// <summary>What the earlier attempts of a call ended with, told with the exception of its last one.</summary>
internal static class AttemptHistory
{
    /// <summary>The key of the history in <see cref="Exception.Data"/>.</summary>
    public const string Key = "Earlier attempts";

    /// <summary>The line of one attempt.</summary>
    public static string Line(int attempt, Exception exception) => $"\n  attempt {attempt}: {exception.GetType()}: {SafeText.MessageOf(exception)}";

    /// <param name="exception">The exception of the last attempt.</param>
    /// <param name="history">The lines of the others; empty if there was none.</param>
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
            // Its data are the user's to refuse; the exception itself is what counts.
        }
    }
}
