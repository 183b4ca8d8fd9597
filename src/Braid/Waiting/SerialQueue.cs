using System.Collections.Concurrent;

namespace Braid.Waiting;

/// <summary>Runs user code one action at a time, in the order it comes, on <see cref="CallbackThreads"/>; so the actions may share what is not safe for several threads.</summary>
/// <param name="owner">What the actions belong to, for whoever asks <see cref="CurrentOwner"/>; null for nothing.</param>
internal sealed class SerialQueue(object? owner = null)
{
    [ThreadStatic]
    private static SerialQueue? t_current;

    private readonly ConcurrentQueue<Action> _actions = new();
    private int _unended;              // by Interlocked: the post that makes it 1 has a thread run the actions until it is 0

    // Orders: a post enqueues, then counts in _unended; the running thread runs, then counts down. The thread that counts to 0 is done, and the
    // post that counts to 1 after that starts another: both are one full fence on one word, so an action never lies there with no thread for it.

    /// <summary>The owner of the queue whose action the calling thread runs; null if it runs none.</summary>
    public static object? CurrentOwner => t_current?.Owner;

    /// <summary>Whether the calling thread runs one of the actions.</summary>
    public bool IsRunningHere => t_current == this;

    private object? Owner { get; } = owner;

    public void Post(Action action)
    {
        _actions.Enqueue(action);
        if (Interlocked.Increment(ref _unended) == 1)
        {
            CallbackThreads.Run(RunAll);
        }
    }

    private void RunAll()
    {
        t_current = this;
        var surroundings = Surroundings.OfCaller();
        do
        {
            _actions.TryDequeue(out Action? action);   // it is there: it was enqueued before it was counted
            CallbackThreads.Guard(action!);
            surroundings.Restore();
        }
        while (Interlocked.Decrement(ref _unended) > 0);
        t_current = null;
    }
}
