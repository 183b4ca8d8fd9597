using System.Runtime.CompilerServices;
using Braid.Threading;
using Braid.Waiting;

namespace Braid.Python;

/// <summary>A barrier of a manager's server.</summary>
/// <remarks>Python counterpart: <c>BarrierProxy</c>.</remarks>
public sealed class BarrierProxy : Proxy
{
    private const string Attribute = "__getattribute__";

    internal BarrierProxy(ProxyReference reference)
        : base(reference)
    {
    }

    /// <summary>How many must arrive.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public int Parties => Call<int>(Attribute, "parties");

    /// <summary>How many have arrived, at the moment of the call. Python counterpart: <c>n_waiting</c>.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public int Waiting => Call<int>(Attribute, "n_waiting");

    /// <summary>Whether it is broken.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public bool Broken => Call<bool>(Attribute, "broken");

    /// <summary>Arrives, and blocks until all parties have.</summary>
    /// <returns>The number of this party in its round, from 0.</returns>
    /// <exception cref="BrokenBarrierException">The barrier was broken: by a party whose time was up, an abort, or a reset.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public int Wait() => CallTranslated<int>("wait");

    /// <summary>Arrives, and blocks until all parties have. If the time is up before, the barrier is broken.</summary>
    /// <param name="timeout">How long to wait at most.</param>
    /// <returns>The number of this party in its round, from 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Wait()" path="/exception"/>
    public int Wait(TimeSpan timeout)
    {
        Deadline.Check(timeout);
        return CallTranslated<int>("wait", timeout == Timeout.InfiniteTimeSpan ? null : timeout.TotalSeconds);
    }

    /// <summary>Arrives, and waits without blocking the thread until all parties have.</summary>
    /// <inheritdoc cref="Wait()" path="/returns"/>
    /// <inheritdoc cref="Wait()" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<int> WaitAsync()
    {
        try
        {
            return await CallAsync<int>("wait").ConfigureAwait(false);
        }
        catch (PythonException exception)
        {
            throw Translated.Of(exception);
        }
    }

    /// <summary>Breaks it: waits in progress and later ones fail.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Abort() => Call("abort");

    /// <summary>Makes it as new; waits in progress fail.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Reset() => Call("reset");
}
