namespace BugZoo.Tasks;

/// <summary>A flag says that something is initialized, and is set before the await in which that happens.</summary>
internal static class ReadyTooEarly
{
    public static void Buggy() => Run(new Client(isFlagged: true));

    public static void Fixed() => Run(new Client(isFlagged: false));

    private static void Run(Client client) => Task.WhenAll(Task.Run(client.UseAsync), Task.Run(client.UseAsync)).GetAwaiter().GetResult();

    private sealed class Client(bool isFlagged)
    {
        private readonly Lock _gate = new();
        private bool _isInitialized;
        private Task? _initialization;
        private volatile string? _connection;

        public async Task UseAsync()
        {
            await (isFlagged ? InitializeOnceAsync() : InitializationAsync());
            Claim.That(_connection is not null, "it is connected when it is used");
        }

        private async Task InitializeOnceAsync()
        {
            lock (_gate)
            {
                if (_isInitialized)
                {
                    return;
                }

                _isInitialized = true;
            }

            await ConnectAsync();
        }

        private Task InitializationAsync()
        {
            lock (_gate)
            {
                return _initialization ??= ConnectAsync();
            }
        }

        private async Task ConnectAsync()
        {
            await Task.Yield();
            _connection = "open";
        }
    }
}
