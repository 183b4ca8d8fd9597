using System.Runtime.CompilerServices;
using Braid.Threading;
using Braid.Waiting;

namespace Braid.Python;

/// <summary>An event of a manager's server.</summary>
/// <remarks>
/// A wait with a token ends a quarter of a second after the token is cancelled at most. Python counterpart: <c>EventProxy</c>.
/// </remarks>
public sealed class EventProxy : Proxy, IEvent
{
    internal EventProxy(ProxyReference reference)
        : base(reference)
    {
    }

    /// <summary>Whether it is set, at the moment of the call.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public bool IsSet => Call<bool>("is_set");

    /// <summary>Sets it and releases all waiters.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Set() => Call("set");

    /// <summary>Resets it.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Clear() => Call("clear");

    /// <summary>Blocks until it is set.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Wait(CancellationToken token = default) => TryWait(Timeout.InfiniteTimeSpan, token);

    /// <summary>Blocks until it is set or the time is up.</summary>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether it is set; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Wait" path="/exception"/>
    public bool TryWait(TimeSpan timeout = default, CancellationToken token = default) =>
        SlicedWait.Run(timeout, seconds => Call<bool>("wait", seconds), token);

    /// <summary>Waits until it is set, without blocking the thread.</summary>
    /// <inheritdoc cref="Wait" path="/param"/>
    /// <inheritdoc cref="Wait" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask WaitAsync(CancellationToken token = default) =>
        await TryWaitAsync(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);

    /// <summary>Waits until it is set or the time is up, without blocking the thread.</summary>
    /// <inheritdoc cref="TryWait" path="/param"/>
    /// <inheritdoc cref="TryWait" path="/returns"/>
    /// <inheritdoc cref="TryWait" path="/exception"/>
    public ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return SlicedWait.RunAsync(timeout, seconds => CallAsync<bool>("wait", seconds), token);
    }
}
