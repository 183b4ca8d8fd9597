namespace BugZoo.Signals;

/// <summary>A pulse is not kept: who waits afterwards, without having looked whether there is something, waits forever.</summary>
internal static class PulseBeforeWait
{
    public static void Buggy()
    {
        object gate = new();
        Crew.Run(
            () =>
            {
                lock (gate)
                {
                    Monitor.Wait(gate);
                }
            },
            () =>
            {
                lock (gate)
                {
                    Monitor.Pulse(gate);
                }
            });
    }

    public static void Fixed()
    {
        object gate = new();
        bool ready = false;
        Crew.Run(
            () =>
            {
                lock (gate)
                {
                    while (!ready)
                    {
                        Monitor.Wait(gate);
                    }
                }
            },
            () =>
            {
                lock (gate)
                {
                    ready = true;
                    Monitor.Pulse(gate);
                }
            });
    }
}
