namespace Braid.Python;

/// <summary>A namespace of a manager's server: values by name.</summary>
/// <remarks>Each member is a call. Python counterpart: <c>NamespaceProxy</c>, whose attributes they are.</remarks>
public sealed class NamespaceProxy : Proxy
{
    internal NamespaceProxy(ProxyReference reference)
        : base(reference)
    {
    }

    /// <summary>The value of an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="PythonException">An AttributeError: there is none of that name.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public object? this[string name]
    {
        get => Get<object?>(name);
        set => Call("__setattr__", Checked(name), value);
    }

    /// <summary>The value of an attribute, as a type.</summary>
    /// <typeparam name="T">The type, as for <see cref="Proxy.Call{T}"/>.</typeparam>
    /// <param name="name">Its name.</param>
    /// <exception cref="PythonException">An AttributeError: there is none of that name.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public T Get<T>(string name) => Call<T>("__getattribute__", Checked(name));

    /// <summary>Deletes an attribute. Python counterpart: <c>del</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="PythonException">An AttributeError: there is none of that name.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Delete(string name) => Call("__delattr__", Checked(name));

    /// <summary>A copy of all attributes.</summary>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public Dictionary<string, object?> GetValue() => GetValue<Dictionary<string, object?>>();

    /// <summary>Names that begin with an underscore are the object's own: <c>__class__</c>.</summary>
    private static string Checked(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name[0] != '_'
            ? name
            : throw new ArgumentException("A name that begins with an underscore is no attribute of a namespace.", nameof(name));
    }
}
