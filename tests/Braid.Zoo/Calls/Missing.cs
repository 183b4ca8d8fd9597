namespace BugZoo.Calls;

/// <summary>Reads that find nothing when another thread was first.</summary>
internal static class Missing
{
    public static void Allowed<T>(Func<T> read)
    {
        try
        {
            GC.KeepAlive(read());
        }
        catch (KeyNotFoundException)
        {
        }
    }
}
