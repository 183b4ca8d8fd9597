namespace BugZoo.Literature;

/// <summary>The popper begins when something was pushed at some time, not when something is there.</summary>
internal static class EagerPopper
{
    private const int Items = 10;

    public static void Buggy()
    {
        var stack = new Stack<int>();
        bool pushed = false;
        int underflows = 0;
        Crew.Run(
            () =>
            {
                for (int i = 0; i < Items; i++)
                {
                    lock (stack)
                    {
                        stack.Push(i);
                        pushed = true;
                    }
                }
            },
            () =>
            {
                for (int i = 0; i < Items; i++)
                {
                    lock (stack)
                    {
                        if (pushed && !stack.TryPop(out _))
                        {
                            underflows++;
                        }
                    }
                }
            });
        Claim.That(underflows == 0, "there is an item for each pop");
    }

    public static void Fixed()
    {
        var stack = new Stack<int>();
        int underflows = 0;
        Crew.Run(
            () =>
            {
                for (int i = 0; i < Items; i++)
                {
                    lock (stack)
                    {
                        stack.Push(i);
                    }
                }
            },
            () =>
            {
                for (int i = 0; i < Items; i++)
                {
                    lock (stack)
                    {
                        if (stack.Count > 0 && !stack.TryPop(out _))
                        {
                            underflows++;
                        }
                    }
                }
            });
        Claim.That(underflows == 0, "there is an item for each pop");
    }
}
