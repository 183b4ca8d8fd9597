using System.Collections.Concurrent;

namespace Braid.Multiprocessing;

/// <summary>Runs the callbacks of a pool one at a time, in the order they come, on threads of Braid's own; so they may share what is not safe for several threads.</summary>
internal sealed class CallbackLine
{
    [ThreadStatic]
    private static CallbackLine? t_running;

    private readonly ConcurrentQueue<Action> _actions = new();
    private int _unended;                                       // by Interlocked; who makes it 1 has a thread run them until it is 0

    /// <summary>Whether the calling thread runs one of the callbacks.</summary>
    public bool IsRunningHere => t_running == this;

    public void Post(Action action)
    {
        _actions.Enqueue(action);
        if (Interlocked.Increment(ref _unended) == 1)
        {
            Offload.Run(RunAll);
        }
    }

    private void RunAll()
    {
        t_running = this;
        do
        {
            _actions.TryDequeue(out Action? action);   // it is there: it was put before it was counted
            action!();
        }
        while (Interlocked.Decrement(ref _unended) > 0);
        t_running = null;
    }
}
