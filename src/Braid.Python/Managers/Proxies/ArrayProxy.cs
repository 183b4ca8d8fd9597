using System.Collections;

namespace Braid.Python;

/// <summary>An array of numbers of a manager's server, of a fixed length.</summary>
/// <remarks>Each member is a call. An index below zero counts from the end. Python counterpart: <c>ArrayProxy</c>.</remarks>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class ArrayProxy<T> : Proxy, IEnumerable<T>
    where T : unmanaged
{
    internal ArrayProxy(ProxyReference reference)
        : base(reference)
    {
    }

    /// <summary>How many items it has. Python counterpart: <c>len()</c>.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public int Length => Call<int>("__len__");

    /// <summary>An item.</summary>
    /// <param name="index">Its place; below zero it counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    /// <exception cref="PythonException">An OverflowError: the server's array cannot hold the value.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public T this[int index]
    {
        get => CallTranslated<T>("__getitem__", index);
        set => CallTranslated<object?>("__setitem__", index, value);
    }

    /// <summary>A copy of all items.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public T[] GetValue() => Call<object?>(ManagerWire.GetValue) switch
    {
        PythonByteArray bytes when typeof(T) == typeof(byte) => (T[])(object)bytes.Span.ToArray(),
        var items => To<T[]>(items),
    };

    /// <summary>The items of a copy.</summary>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)GetValue()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
