namespace BugZoo.Signals;

/// <summary>Two wait at one monitor, each for something else. Pulse wakes one of them, perhaps the one that it does not concern.</summary>
internal static class WrongWaiter
{
    public static void Buggy() => Run(Monitor.Pulse);

    public static void Fixed() => Run(Monitor.PulseAll);

    private static void Run(Action<object> tell)
    {
        object gate = new();
        bool bread = false;
        bool milk = false;
        Crew.Run(
            () =>
            {
                lock (gate)
                {
                    while (!bread)
                    {
                        Monitor.Wait(gate);
                    }
                }
            },
            () =>
            {
                lock (gate)
                {
                    while (!milk)
                    {
                        Monitor.Wait(gate);
                    }
                }
            },
            () =>
            {
                lock (gate)
                {
                    bread = true;
                    tell(gate);
                }

                lock (gate)
                {
                    milk = true;
                    tell(gate);
                }
            });
    }
}
