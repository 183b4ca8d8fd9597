using Braid.Diagnostics;

namespace Braid.Tests;

/// <summary>Named threads that do something and then wait for each other; the scene ends when what they wait for is let go from outside.</summary>
internal sealed class DeadlockScene : IDisposable
{
    private readonly List<Threading.Thread> _threads = [];

    /// <summary>Starts a thread and returns when it waits for something that has a holder, or when it has ended.</summary>
    public Threading.Thread Start(string name, Action action)
    {
        var thread = new Threading.Thread(action, name, daemon: true);
        _threads.Add(thread);
        thread.Start();
        Eventually.Holds(() => !thread.IsAlive || WaitOf(name) is not null);
        return thread;
    }

    public static WaitGraph.Wait? WaitOf(string name) => WaitGraph.Capture().Waits.FirstOrDefault(wait => wait.Who == name);

    /// <summary>The deadlock the thread is part of.</summary>
    public static WaitGraph.Deadlock? DeadlockOf(string name) =>
        WaitGraph.Capture().Deadlocks.FirstOrDefault(deadlock => deadlock.Cycle.Any(wait => wait.Who == name));

    public void Dispose() => Threading.Thread.JoinAll(_threads);
}
