using Braid.Waiting;

namespace Braid.Python;

/// <summary>A condition of a manager's server, whose lock belongs to the thread that has acquired it.</summary>
/// <remarks>It cannot be awaited, for that reason. Python counterpart: <c>ConditionProxy</c>.</remarks>
public sealed class ConditionProxy : AcquirerProxy
{
    internal ConditionProxy(ProxyReference reference)
        : base(reference, belongsToThread: true)
    {
    }

    /// <summary>Releases the lock, blocks until the calling thread is notified, and acquires the lock again.</summary>
    /// <exception cref="SynchronizationLockException">The thread does not hold the lock.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Wait() => TryWait(Timeout.InfiniteTimeSpan);

    /// <summary>
    /// Releases the lock, blocks until the calling thread is notified or the time is up, and acquires the lock again in either case.
    /// </summary>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.</param>
    /// <returns>Whether it was notified; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Wait" path="/exception"/>
    public bool TryWait(TimeSpan timeout)
    {
        Deadline.Check(timeout);
        return CallHolding("wait", timeout == Timeout.InfiniteTimeSpan ? null : timeout.TotalSeconds) is true;
    }

    /// <summary>Waits, as by <see cref="Wait"/>, until a predicate holds, which is asked here with the lock held.</summary>
    /// <param name="predicate">What to wait for.</param>
    /// <inheritdoc cref="Wait" path="/exception"/>
    public void WaitFor(Func<bool> predicate) => TryWaitFor(predicate, Timeout.InfiniteTimeSpan);

    /// <summary>Waits, as by <see cref="TryWait"/>, until a predicate holds or the time is up.</summary>
    /// <param name="predicate">What to wait for; it is asked here, with the lock held.</param>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.</param>
    /// <returns>Whether it holds.</returns>
    /// <inheritdoc cref="TryWait" path="/exception"/>
    public bool TryWaitFor(Func<bool> predicate, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        var deadline = Deadline.After(timeout);
        while (!predicate())
        {
            if (deadline.HasPassed)
            {
                return false;
            }

            TryWait(deadline.Left);
        }

        return true;
    }

    /// <summary>Wakes up to so many of the threads that wait, the longest waiting first.</summary>
    /// <param name="n">How many.</param>
    /// <inheritdoc cref="Wait" path="/exception"/>
    public void Notify(int n = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        CallHolding("notify", n);
    }

    /// <summary>Wakes all threads that wait.</summary>
    /// <inheritdoc cref="Wait" path="/exception"/>
    public void NotifyAll() => CallHolding("notify_all");
}
