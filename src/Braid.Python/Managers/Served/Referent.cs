namespace Braid.Python;

/// <summary>An object of a server as its clients see it: a type's name, and methods under the names that Python calls them by.</summary>
internal abstract class Referent : IDisposable
{
    protected Referent(string typeid) => Typeid = typeid;

    public string Typeid { get; }

    /// <summary>Its number; null before a client has a reference. Guarded by the gate of the table of objects; set once.</summary>
    public string? Ident { get; set; }

    /// <summary>The names of its methods.</summary>
    public abstract string[] Exposed { get; }

    /// <summary>The object of the program that it serves, which stands for it inside this server.</summary>
    public virtual object Target => this;

    /// <summary>Calls a method.</summary>
    /// <param name="caller">For whom.</param>
    /// <param name="method">One of <see cref="Exposed"/>.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="kwds">The keyword arguments.</param>
    /// <returns>The result: plain data; or a <see cref="ReturnedProxy"/>.</returns>
    /// <exception cref="MissingMethodException">It has no such method.</exception>
    public abstract object? Call(
        Caller caller, string method, IReadOnlyList<object?> args, IReadOnlyDictionary<string, object?> kwds);

    /// <summary>The whole object as plain data.</summary>
    /// <exception cref="PickleException">It is none.</exception>
    public virtual object? GetValue() => throw new PickleException($"A {Typeid} is not plain data.");

    /// <summary>What Python's <c>repr</c> shows.</summary>
    public virtual string Repr() => $"<{Typeid} object, {Ident}>";

    /// <summary>What Python's <c>str</c> shows.</summary>
    public virtual string Str() => Repr();

    /// <summary>Nothing refers to it any more.</summary>
    public virtual void Dispose()
    {
    }
}

/// <summary>The result of a method that is not copied to the client: the client gets a proxy of it.</summary>
/// <param name="Referent">The object.</param>
internal sealed record ReturnedProxy(Referent Referent);

/// <summary>A kind of object with a table of its methods.</summary>
/// <typeparam name="TSelf">The kind.</typeparam>
internal abstract class Referent<TSelf>(string typeid) : Referent(typeid)
    where TSelf : Referent<TSelf>
{
    public override string[] Exposed => Methods.Names;

    protected abstract MethodTable<TSelf> Methods { get; }

    public sealed override object? Call(
        Caller caller, string method, IReadOnlyList<object?> args, IReadOnlyDictionary<string, object?> kwds) =>
        Methods.Call((TSelf)this, caller, method, args, kwds);
}
