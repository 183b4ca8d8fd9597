using System.Collections.Concurrent;

namespace BugZoo.Updates;

/// <summary>Each call of a concurrent dictionary is atomic; looking and then adding are two.</summary>
internal static class CheckThenAdd
{
    public static void Buggy() => Run(static sessions =>
    {
        if (!sessions.TryGetValue("user", out object? session))
        {
            session = new object();
            sessions["user"] = session;
        }

        return session;
    });

    public static void Fixed() => Run(static sessions => sessions.GetOrAdd("user", new object()));

    private static void Run(Func<ConcurrentDictionary<string, object>, object> open)
    {
        var sessions = new ConcurrentDictionary<string, object>();
        object? first = null;
        object? second = null;
        Crew.Run(() => first = open(sessions), () => second = open(sessions));
        Claim.That(first == second, "a user has one session");
    }
}
