using System.Collections.Concurrent;

namespace Braid.Waiting;

/// <summary>
/// Runs user code one action at a time, in the order of arrival, on <see cref="CallbackThreads"/>; so the actions may share state that is
/// not thread-safe.
/// </summary>
/// <param name="owner">The object to which the actions belong, which <see cref="CurrentOwner"/> returns; null for none.</param>
internal sealed class SerialQueue(object? owner = null)
{
    [ThreadStatic]
    private static SerialQueue? t_current;

    private readonly ConcurrentQueue<Action> _actions = new();
    private int _unended;              // by Interlocked: the post that makes it 1 starts a thread that runs the actions until it is 0

    // Orders: a post enqueues, then increments _unended; the running thread runs, then decrements it. The thread that decrements it to 0 is
    // done, and the post that increments it to 1 after that starts another: both are one full fence on one word, so no action is left
    // without a thread for it.

    /// <summary>The owner of the queue whose action the calling thread is running; null if there is none.</summary>
    public static object? CurrentOwner => t_current?.Owner;

    /// <summary>Whether the calling thread is running one of the actions.</summary>
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
        var surroundings = AmbientState.OfCaller();
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
