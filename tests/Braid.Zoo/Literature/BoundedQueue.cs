namespace BugZoo.Literature;

/// <summary>A queue with room for two. Who was woken does not look again, and only some changes wake somebody.</summary>
internal static class BoundedQueue
{
    private const int Capacity = 2;

    public static void Buggy()
    {
        object gate = new();
        int size = 0;
        int most = 0;
        Crew.Run(() => Put(3), () => Put(3), () => Take(4));
        Claim.That(size == 2 && most <= Capacity, $"2 items stay, and there never were more than {Capacity}");

        void Put(int count)
        {
            for (int i = 0; i < count; i++)
            {
                lock (gate)
                {
                    if (size == Capacity)
                    {
                        Monitor.Wait(gate);
                    }

                    most = Math.Max(most, ++size);
                    if (size == 1)
                    {
                        Monitor.Pulse(gate);
                    }
                }
            }
        }

        void Take(int count)
        {
            for (int i = 0; i < count; i++)
            {
                lock (gate)
                {
                    if (size == 0)
                    {
                        Monitor.Wait(gate);
                    }

                    if (--size == Capacity - 1)
                    {
                        Monitor.Pulse(gate);
                    }
                }
            }
        }
    }

    public static void Fixed()
    {
        object gate = new();
        int size = 0;
        int most = 0;
        Crew.Run(() => Put(3), () => Put(3), () => Take(4));
        Claim.That(size == 2 && most <= Capacity, $"2 items stay, and there never were more than {Capacity}");

        void Put(int count)
        {
            for (int i = 0; i < count; i++)
            {
                lock (gate)
                {
                    while (size == Capacity)
                    {
                        Monitor.Wait(gate);
                    }

                    most = Math.Max(most, ++size);
                    Monitor.PulseAll(gate);
                }
            }
        }

        void Take(int count)
        {
            for (int i = 0; i < count; i++)
            {
                lock (gate)
                {
                    while (size == 0)
                    {
                        Monitor.Wait(gate);
                    }

                    size--;
                    Monitor.PulseAll(gate);
                }
            }
        }
    }
}
