namespace Braid.Multiprocessing;

/// <summary>Tells with the exception that a task ended with what its earlier attempts ended with.</summary>
internal static class Attempts
{
    /// <summary>Under which it is found in the data of the exception.</summary>
    public const string Key = "Earlier attempts";

    /// <param name="exception">The exception of the last attempt.</param>
    /// <param name="history">The others, each on a line of its own; empty when there was none.</param>
    public static void Tell(Exception exception, string history)
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
