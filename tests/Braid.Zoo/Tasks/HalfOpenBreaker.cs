namespace BugZoo.Tasks;

/// <summary>A circuit breaker lets one call through when it has been open for a while. Two see that it has.</summary>
internal static class HalfOpenBreaker
{
    public static void Buggy() => Run(new Breaker(looksAndTakesAtOnce: false));

    public static void Fixed() => Run(new Breaker(looksAndTakesAtOnce: true));

    private static void Run(Breaker breaker)
    {
        int probes = 0;
        breaker.Open(TimeSpan.FromSeconds(1));
        Task.WhenAll(CallAsync(), CallAsync()).GetAwaiter().GetResult();
        Claim.That(probes == 1, "one call tries whether the service is there again");

        async Task CallAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            if (breaker.TryEnter())
            {
                Interlocked.Increment(ref probes);
            }
        }
    }

    private sealed class Breaker(bool looksAndTakesAtOnce)
    {
        private const int IsOpen = 1;
        private const int IsHalfOpen = 2;

        private long _opensUntil;
        private int _state;

        public void Open(TimeSpan time)
        {
            Volatile.Write(ref _opensUntil, Environment.TickCount64 + (long)time.TotalMilliseconds);
            Volatile.Write(ref _state, IsOpen);
        }

        public bool TryEnter()
        {
            if (Environment.TickCount64 < Volatile.Read(ref _opensUntil))
            {
                return false;
            }

            if (looksAndTakesAtOnce)
            {
                return Interlocked.CompareExchange(ref _state, IsHalfOpen, IsOpen) == IsOpen;
            }

            if (Volatile.Read(ref _state) != IsOpen)
            {
                return false;
            }

            Volatile.Write(ref _state, IsHalfOpen);
            return true;
        }
    }
}
