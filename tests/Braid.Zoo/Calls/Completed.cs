namespace BugZoo.Calls;

/// <summary>Calls that are refused when another thread has said that nothing more comes.</summary>
internal static class Completed
{
    public static void Allowed(Action call)
    {
        try
        {
            call();
        }
        catch (InvalidOperationException)
        {
        }
        catch (ArgumentException)
        {
        }
    }
}
