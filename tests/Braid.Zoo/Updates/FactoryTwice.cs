using System.Collections.Concurrent;

namespace BugZoo.Updates;

/// <summary>GetOrAdd keeps one value, and may call the factory for each of those who ask at once.</summary>
internal static class FactoryTwice
{
    public static void Buggy()
    {
        var connections = new ConcurrentDictionary<string, object>();
        int opened = 0;
        Crew.Run(Open, Open);
        Claim.That(opened == 1, "one connection is opened");

        void Open() => connections.GetOrAdd("server", _ =>
        {
            Interlocked.Increment(ref opened);
            return new object();
        });
    }

    public static void Fixed()
    {
        var connections = new ConcurrentDictionary<string, Lazy<object>>();
        int opened = 0;
        Crew.Run(Open, Open);
        Claim.That(opened == 1, "one connection is opened");

        void Open() => _ = connections.GetOrAdd("server", _ => new Lazy<object>(() =>
        {
            Interlocked.Increment(ref opened);
            return new object();
        })).Value;
    }
}
