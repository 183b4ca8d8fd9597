namespace BugZoo.Tasks;

/// <summary>A rate limiter looks for a token, and takes it after an await.</summary>
internal static class OverdrawnTokens
{
    public static void Buggy() => Run(new Limiter(takesAtOnce: false));

    public static void Fixed() => Run(new Limiter(takesAtOnce: true));

    private static void Run(Limiter limiter)
    {
        using var refill = new Timer(_ => limiter.Refill(), null, 1000, Timeout.Infinite);
        Task.WhenAll(Task.Run(limiter.TryEnterAsync), Task.Run(limiter.TryEnterAsync)).GetAwaiter().GetResult();
        Claim.That(limiter.Tokens >= 0, "no more tokens are taken than there are");
    }

    private sealed class Limiter(bool takesAtOnce)
    {
        private readonly Lock _gate = new();
        private int _tokens = 1;

        public int Tokens => Volatile.Read(ref _tokens);

        public void Refill()
        {
            lock (_gate)
            {
                _tokens = 1;
            }
        }

        public async Task<bool> TryEnterAsync()
        {
            lock (_gate)
            {
                if (_tokens == 0)
                {
                    return false;
                }

                if (takesAtOnce)
                {
                    _tokens--;
                    return true;
                }
            }

            await Task.Yield();   // writes the log
            lock (_gate)
            {
                _tokens--;
                return true;
            }
        }
    }
}
