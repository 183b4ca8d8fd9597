namespace BugZoo.Updates;

/// <summary>What is made at first use is made twice when two use it first.</summary>
internal static class DoubleInit
{
    public static void Buggy()
    {
        var service = new Service();
        Crew.Run(service.Use, service.Use);
        Claim.That(service.Made == 1, "it is made once");
    }

    public static void Fixed()
    {
        var service = new Service();
        Crew.Run(service.UseUnderLock, service.UseUnderLock);
        Claim.That(service.Made == 1, "it is made once");
    }

    private sealed class Service
    {
        private readonly Lock _gate = new();
        private volatile object? _connection;
        private int _made;

        public int Made => Volatile.Read(ref _made);

        public void Use()
        {
            if (_connection is null)
            {
                Interlocked.Increment(ref _made);
                _connection = new object();
            }
        }

        public void UseUnderLock()
        {
            if (_connection is not null)
            {
                return;
            }

            lock (_gate)
            {
                Use();
            }
        }
    }
}
