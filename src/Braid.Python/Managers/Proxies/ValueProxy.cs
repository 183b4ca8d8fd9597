namespace Braid.Python;

/// <summary>A value of a manager's server.</summary>
/// <remarks>
/// Each read and each write is a call; a read and a write are two, between which another client may write. Python counterpart:
/// <c>ValueProxy</c>.
/// </remarks>
/// <typeparam name="T">The type, as for <see cref="Proxy.Call{T}"/>.</typeparam>
public sealed class ValueProxy<T> : Proxy
{
    internal ValueProxy(ProxyReference reference)
        : base(reference)
    {
    }

    /// <summary>The value.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public T Value
    {
        get => Call<T>("get");
        set => Call("set", value);
    }
}
