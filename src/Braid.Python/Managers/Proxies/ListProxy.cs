using System.Collections;

namespace Braid.Python;

/// <summary>A list of a manager's server.</summary>
/// <remarks>
/// Each member is a call, and each call is atomic; two calls are not. An index below zero counts from the end. Items are copied: changing
/// one here changes nothing there, unless it is a proxy itself. Python counterpart: <c>ListProxy</c>.
/// </remarks>
/// <typeparam name="T">The type of the items, as for <see cref="Proxy.Call{T}"/>.</typeparam>
public sealed class ListProxy<T> : Proxy, IEnumerable<T>
{
    internal ListProxy(ProxyReference reference)
        : base(reference)
    {
    }

    /// <summary>How many items it has. Python counterpart: <c>len()</c>.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public int Length => Call<int>("__len__");

    /// <summary>An item.</summary>
    /// <param name="index">Its place; below zero it counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public T this[int index]
    {
        get => CallTranslated<T>("__getitem__", index);
        set => CallTranslated<object?>("__setitem__", index, value);
    }

    /// <summary>A part of the list, as a copy.</summary>
    /// <param name="slice">Which: Python's <c>[start:stop:step]</c>.</param>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public List<T> GetSlice(PythonSlice slice) => Call<List<T>>("__getitem__", slice);

    /// <summary>Adds an item at the end.</summary>
    /// <param name="item">The item.</param>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Append(T item) => Call("append", item);

    /// <summary>Adds items at the end.</summary>
    /// <param name="items">The items.</param>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Extend(IEnumerable<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        Call("extend", items.Select(static item => (object?)item).ToList());
    }

    /// <summary>Inserts an item before a place.</summary>
    /// <param name="index">The place; one beyond the end is the end.</param>
    /// <param name="item">The item.</param>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Insert(int index, T item) => Call("insert", index, item);

    /// <summary>Removes an item, and returns it.</summary>
    /// <param name="index">Its place; the last by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place, or the list is empty.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public T Pop(int index = -1) => CallTranslated<T>("pop", index);

    /// <summary>Removes the first item that is equal.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False if there is none.</returns>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public bool Remove(T item) => Finds("ValueError", () => Call("remove", item));

    /// <summary>Removes the item at a place. Python counterpart: <c>del</c>.</summary>
    /// <param name="index">The place; below zero it counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void RemoveAt(int index) => CallTranslated<object?>("__delitem__", index);

    /// <summary>Whether an equal item is there. Python counterpart: <c>in</c>.</summary>
    /// <param name="item">The item.</param>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public bool Contains(T item) => Call<bool>("__contains__", item);

    /// <summary>How many equal items are there.</summary>
    /// <param name="item">The item.</param>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public int Count(T item) => Call<int>("count", item);

    /// <summary>The place of the first equal item.</summary>
    /// <param name="item">The item.</param>
    /// <returns>-1 if there is none.</returns>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public int Index(T item)
    {
        int place = -1;
        Finds("ValueError", () => place = Call<int>("index", item));
        return place;
    }

    /// <summary>Turns the order round.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Reverse() => Call("reverse");

    /// <summary>Sorts the items by Python's order.</summary>
    /// <param name="reverse">Whether the greatest comes first.</param>
    /// <exception cref="PythonException">A TypeError: two of them have no order.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Sort(bool reverse = false) =>
        CallMethod<object?>("sort", [], new Dictionary<string, object?> { ["reverse"] = reverse });

    /// <summary>A copy of all items.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public List<T> GetValue() => GetValue<List<T>>();

    /// <summary>The items of a copy.</summary>
    public IEnumerator<T> GetEnumerator() => GetValue().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
