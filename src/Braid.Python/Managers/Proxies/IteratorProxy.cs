using System.Collections;
using System.Runtime.CompilerServices;

namespace Braid.Python;

/// <summary>What can be enumerated in either way.</summary>
internal interface IEnumerableProxy
{
    object Enumerator();

    object AsyncItems();
}

/// <summary>An iterator of a manager's server. It can be enumerated once.</summary>
/// <remarks>Each step is a call. Python counterpart: <c>IteratorProxy</c>.</remarks>
/// <typeparam name="T">The type of the items, as for <see cref="Pickle.Loads{T}"/>.</typeparam>
public sealed class IteratorProxy<T> : Proxy, IEnumerable<T>, IEnumerableProxy
{
    private const string NextItem = "__next__";

    internal IteratorProxy(ProxyReference reference)
        : base(reference)
    {
    }

    /// <summary>The next item.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False if there is none.</returns>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public bool TryNext([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T item)
    {
        try
        {
            item = Call<T>(NextItem);
            return true;
        }
        catch (PythonException exception) when (IsEnd(exception))
        {
            item = default;
            return false;
        }
    }

    /// <summary>Calls the server for each item. The reference is given back at the end.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        try
        {
            while (TryNext(out T? item))
            {
                yield return item;
            }
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Calls the server for each item, without blocking the thread. The reference is given back at the end.</summary>
    /// <param name="token">Ends the wait for an item.</param>
    public async IAsyncEnumerable<T> AsAsyncEnumerable([EnumeratorCancellation] CancellationToken token = default)
    {
        try
        {
            while (await NextAsync(token) is (true, var item))
            {
                yield return item;
            }
        }
        finally
        {
            Dispose();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    object IEnumerableProxy.Enumerator() => GetEnumerator();

    object IEnumerableProxy.AsyncItems() => AsAsyncEnumerable();

    private static bool IsEnd(PythonException exception) => exception.Type is { Module: "builtins", Name: "StopIteration" };

    [AsyncMethodBuilder(typeof(Waiting.AwaitingMethodBuilder<>))]
    private async ValueTask<(bool Success, T Item)> NextAsync(CancellationToken token)
    {
        try
        {
            return (true, await CallMethodAsync<T>(NextItem, [], null, token).ConfigureAwait(false));
        }
        catch (PythonException exception) when (IsEnd(exception))
        {
            return default;
        }
    }
}
