namespace BugZoo.Locks;

/// <summary>An exception passes over the Exit, and the lock stays taken forever.</summary>
internal static class ForgottenExit
{
    public static void Buggy() => Run(static orders =>
    {
        Monitor.Enter(orders);
        int first = orders[0];          // throws if there is none
        Monitor.Exit(orders);
        return first;
    });

    public static void Fixed() => Run(static orders =>
    {
        Monitor.Enter(orders);
        try
        {
            return orders[0];
        }
        finally
        {
            Monitor.Exit(orders);
        }
    });

    private static void Run(Func<List<int>, int> first)
    {
        var orders = new List<int>();
        Crew.Run(
            () =>
            {
                try
                {
                    first(orders);
                }
                catch (ArgumentOutOfRangeException)
                {
                    // No order yet: nothing to do.
                }
            },
            () =>
            {
                lock (orders)
                {
                    orders.Add(1);
                }
            });
    }
}
