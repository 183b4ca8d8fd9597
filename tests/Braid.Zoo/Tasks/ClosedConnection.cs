using System.Collections.Concurrent;

namespace BugZoo.Tasks;

/// <summary>A pool gives out a connection that its reaper closes between the look and the use.</summary>
internal static class ClosedConnection
{
    public static void Buggy() => Run(new Pool(reapsWhatItTook: false));

    public static void Fixed() => Run(new Pool(reapsWhatItTook: true));

    private static void Run(Pool pool)
    {
        pool.Return(new Connection());
        Task reaps = Task.Run(pool.Reap);
        Connection connection = pool.Rent();
        Claim.That(connection.IsOpen, "a rented connection is open");
        reaps.GetAwaiter().GetResult();
        Claim.That(connection.IsOpen, "a rented connection stays open");
    }

    private sealed class Connection
    {
        private volatile bool _isClosed;

        public bool IsOpen => !_isClosed;

        public void Close() => _isClosed = true;
    }

    private sealed class Pool(bool reapsWhatItTook)
    {
        private readonly ConcurrentQueue<Connection> _idle = [];

        public void Return(Connection connection) => _idle.Enqueue(connection);

        public Connection Rent() => _idle.TryDequeue(out Connection? connection) && connection.IsOpen ? connection : new Connection();

        public void Reap()
        {
            if (reapsWhatItTook)
            {
                if (_idle.TryDequeue(out Connection? taken))
                {
                    taken.Close();
                }
            }
            else if (_idle.TryPeek(out Connection? idle))
            {
                idle.Close();
            }
        }
    }
}
