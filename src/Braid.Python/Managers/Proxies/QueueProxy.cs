using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Braid.Queues;
using Braid.Waiting;

namespace Braid.Python;

/// <summary>A queue of a manager's server: Python's <c>queue.Queue</c>, or one of Braid's.</summary>
/// <remarks>
/// A wait with a token is made at the server a quarter of a second at a time, so that nothing is taken from the queue for a caller that has
/// given up; it ends so much later than the token at most. Python counterpart: the proxy of <c>SyncManager.Queue</c>.
/// </remarks>
/// <typeparam name="T">The type of the items, as for <see cref="Pickle.Loads{T}"/>.</typeparam>
public sealed class QueueProxy<T> : Proxy
{
    internal QueueProxy(ProxyReference reference)
        : base(reference)
    {
    }

    /// <summary>How many items it holds, at the moment of the call.</summary>
    public int Qsize => Call<int>("qsize");

    /// <summary>Whether it holds none, at the moment of the call.</summary>
    public bool Empty => Call<bool>("empty");

    /// <summary>Whether it is full, at the moment of the call.</summary>
    public bool Full => Call<bool>("full");

    /// <summary>Puts an item into the queue, blocking while it is full.</summary>
    /// <param name="item">The item.</param>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="QueueShutDownException">The queue was shut down.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait. Nothing was put.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Put(T item, CancellationToken token = default) => TryPut(item, Timeout.InfiniteTimeSpan, token);

    /// <summary>Puts an item into the queue, blocking while it is full, until the time is up.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether it was put; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Put" path="/exception"/>
    public bool TryPut(T item, TimeSpan timeout = default, CancellationToken token = default) =>
        SlicedWait.Run(
            timeout, seconds => IsPut(() => Invoke("put", [item, seconds != 0, seconds], null, CancellationToken.None)), token);

    /// <summary>Puts an item into the queue, and waits without blocking the thread while it is full.</summary>
    /// <inheritdoc cref="Put" path="/param"/>
    /// <inheritdoc cref="Put" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask PutAsync(T item, CancellationToken token = default) =>
        await TryPutAsync(item, Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);

    /// <summary>Puts an item into the queue, and waits without blocking the thread while it is full, until the time is up.</summary>
    /// <inheritdoc cref="TryPut" path="/param"/>
    /// <inheritdoc cref="TryPut" path="/returns"/>
    /// <inheritdoc cref="TryPut" path="/exception"/>
    public ValueTask<bool> TryPutAsync(T item, TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return SlicedWait.RunAsync(timeout, Attempt, token);

        [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
        async ValueTask<bool> Attempt(double? seconds)
        {
            try
            {
                await InvokeAsync("put", [item, seconds != 0, seconds], null, CancellationToken.None).ConfigureAwait(false);
                return true;
            }
            catch (QueueFullException)
            {
                return false;
            }
        }
    }

    /// <summary>Puts an item into the queue if it is not full.</summary>
    /// <param name="item">The item.</param>
    /// <exception cref="QueueFullException">It is full.</exception>
    /// <inheritdoc cref="Put" path="/exception"/>
    public void PutNowait(T item) => Call("put_nowait", item);

    /// <summary>Takes an item, blocking until there is one.</summary>
    /// <param name="token">Ends the wait; nothing is taken.</param>
    /// <exception cref="QueueShutDownException">The queue was shut down, and is empty.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public T Get(CancellationToken token = default)
    {
        TryGet(out T? item, Timeout.InfiniteTimeSpan, token);
        return item!;
    }

    /// <summary>Takes an item, blocking until there is one or the time is up.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait; nothing is taken.</param>
    /// <returns>Whether there was one; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Get" path="/exception"/>
    public bool TryGet([MaybeNullWhen(false)] out T item, TimeSpan timeout = default, CancellationToken token = default)
    {
        object? taken = null;
        bool isTaken = SlicedWait.Run(
            timeout,
            seconds => IsTaken(() => taken = Invoke("get", [seconds != 0, seconds], null, CancellationToken.None)),
            token);
        item = isTaken ? To<T>(taken) : default;
        return isTaken;
    }

    /// <summary>Takes an item, and waits without blocking the thread until there is one.</summary>
    /// <inheritdoc cref="Get" path="/param"/>
    /// <inheritdoc cref="Get" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<T> GetAsync(CancellationToken token = default) =>
        (await TryGetAsync(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false)).Item;

    /// <summary>
    /// Takes an item, and waits without blocking the thread until there is one or the time is up: <c>if (await queue.TryGetAsync(timeout)
    /// is (true, var item))</c>.
    /// </summary>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.</param>
    /// <param name="token">Ends the wait; nothing is taken.</param>
    /// <returns>Whether there was one, and the item; false if the time was up.</returns>
    /// <inheritdoc cref="TryGet" path="/exception"/>
    public ValueTask<(bool Success, T Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return Wait();

        [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
        async ValueTask<(bool Success, T Item)> Wait()
        {
            object? taken = null;
            bool isTaken = await SlicedWait.RunAsync(timeout, Attempt, token).ConfigureAwait(false);
            return isTaken ? (true, To<T>(taken)) : default;

            [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
            async ValueTask<bool> Attempt(double? seconds)
            {
                try
                {
                    taken = await InvokeAsync("get", [seconds != 0, seconds], null, CancellationToken.None).ConfigureAwait(false);
                    return true;
                }
                catch (QueueEmptyException)
                {
                    return false;
                }
            }
        }
    }

    /// <summary>Takes an item if there is one.</summary>
    /// <exception cref="QueueEmptyException">There is none.</exception>
    /// <inheritdoc cref="Get" path="/exception"/>
    public T GetNowait() => Call<T>("get_nowait");

    /// <summary>Reports that an item that was taken has been dealt with.</summary>
    /// <exception cref="InvalidOperationException">It was called more often than there were items.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void TaskDone()
    {
        try
        {
            Call("task_done");
        }
        catch (PythonException exception) when (exception.Type is { Module: "builtins", Name: "ValueError" })
        {
            throw new InvalidOperationException(exception.Message, exception);
        }
    }

    /// <summary>Blocks until every item that was put has been dealt with.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Join(CancellationToken token = default) => Invoke("join", [], null, token);

    /// <summary>Waits without blocking the thread until every item that was put has been dealt with.</summary>
    /// <inheritdoc cref="Join" path="/param"/>
    /// <inheritdoc cref="Join" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask JoinAsync(CancellationToken token = default) =>
        await InvokeAsync("join", [], null, token).ConfigureAwait(false);

    /// <summary>Shuts the queue down: nothing more can be put. Servers of Python have it from 3.13 on.</summary>
    /// <param name="immediate">Whether what is in it is dropped.</param>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Shutdown(bool immediate = false) => Call("shutdown", immediate);

    private static bool IsPut(Action put)
    {
        try
        {
            put();
            return true;
        }
        catch (QueueFullException)
        {
            return false;
        }
    }

    private static bool IsTaken(Action take)
    {
        try
        {
            take();
            return true;
        }
        catch (QueueEmptyException)
        {
            return false;
        }
    }
}
