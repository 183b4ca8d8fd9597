using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Braid.Python;

/// <summary>A dictionary of a manager's server.</summary>
/// <remarks>
/// Each member is a call, and each call is atomic; two calls are not. Values are copied: changing one here changes nothing there, unless it
/// is a proxy itself. Python counterpart: <c>DictProxy</c>.
/// </remarks>
/// <typeparam name="TKey">The type of the keys, as for <see cref="Pickle.Loads{T}"/>.</typeparam>
/// <typeparam name="TValue">The type of the values, as for <see cref="Proxy.Call{T}"/>.</typeparam>
public sealed class DictProxy<TKey, TValue> : Proxy, IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    private const string GetItem = "__getitem__";

    internal DictProxy(ProxyReference reference)
        : base(reference)
    {
    }

    /// <summary>How many keys it has. Python counterpart: <c>len()</c>.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public int Length => Call<int>("__len__");

    /// <summary>The value of a key.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public TValue this[TKey key]
    {
        get => CallTranslated<TValue>(GetItem, key);
        set => Call("__setitem__", key, value);
    }

    /// <summary>The value of a key, if it is there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>False if there is no such key.</returns>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        TValue? found = default;
        bool isFound = Finds("KeyError", () => found = Call<TValue>(GetItem, key));
        value = found;
        return isFound;
    }

    /// <summary>Whether a key is there. Python counterpart: <c>in</c>.</summary>
    /// <param name="key">The key.</param>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public bool ContainsKey(TKey key) => Call<bool>("__contains__", key);

    /// <summary>Removes a key. Python counterpart: <c>del</c>.</summary>
    /// <param name="key">The key.</param>
    /// <returns>False if there is no such key.</returns>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public bool Remove(TKey key) => Finds("KeyError", () => Call("__delitem__", key));

    /// <summary>Removes a key, and returns its value.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public TValue Pop(TKey key) => CallTranslated<TValue>("pop", key);

    /// <summary>Removes the key that was added last, and returns it with its value.</summary>
    /// <exception cref="KeyNotFoundException">The dictionary is empty.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public (TKey Key, TValue Value) PopItem() => CallTranslated<(TKey, TValue)>("popitem");

    /// <summary>The value of a key; a key that is not there is added with this value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value for a new key.</param>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public TValue SetDefault(TKey key, TValue value) => Call<TValue>("setdefault", key, value);

    /// <summary>Sets all keys of another dictionary to its values, in one call.</summary>
    /// <param name="items">The keys and values.</param>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Update(IEnumerable<KeyValuePair<TKey, TValue>> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        Call("update", items.Select(static item => (item.Key, item.Value)).ToList());
    }

    /// <summary>A copy of the keys.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public List<TKey> Keys() => Call<List<TKey>>("keys");

    /// <summary>A copy of the values.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public List<TValue> Values() => Call<List<TValue>>("values");

    /// <summary>Removes everything.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Clear() => Call("clear");

    /// <summary>A copy of the dictionary.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public Dictionary<TKey, TValue> GetValue() => Call<Dictionary<TKey, TValue>>("copy");

    /// <summary>The keys and values of a copy.</summary>
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() => GetValue().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
