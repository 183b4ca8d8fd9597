namespace Braid.Contracts;

/// <summary>Waits for a state.</summary>
public static class Eventually
{
    /// <summary>Returns once the condition holds; the test's deadline ends what never does.</summary>
    public static void Holds(Func<bool> condition)
    {
        var spin = default(SpinWait);
        while (!condition())
        {
            spin.SpinOnce();
        }
    }
}
