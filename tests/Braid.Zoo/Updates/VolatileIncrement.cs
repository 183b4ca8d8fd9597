namespace BugZoo.Updates;

/// <summary>Volatile orders the read and the write, and does not make one step of them.</summary>
internal static class VolatileIncrement
{
    public static void Buggy()
    {
        var counter = new Counter();
        Crew.Run(counter.Add, counter.Add);
        Claim.That(counter.Value == 2, "1 + 1 = 2");
    }

    public static void Fixed()
    {
        var counter = new Counter();
        Crew.Run(counter.AddUnderLock, counter.AddUnderLock);
        Claim.That(counter.Value == 2, "1 + 1 = 2");
    }

    private sealed class Counter
    {
        private readonly Lock _gate = new();
        private volatile int _value;

        public int Value => _value;

        public void Add()
        {
            int read = _value;
            _value = read + 1;
        }

        public void AddUnderLock()
        {
            lock (_gate)
            {
                Add();
            }
        }
    }
}
