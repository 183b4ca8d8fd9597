namespace Braid.Python;

/// <summary>The methods of a kind of object, under Python's names and with Python's parameters.</summary>
/// <typeparam name="T">The kind.</typeparam>
internal sealed class MethodTable<T>
    where T : Referent
{
    private readonly Dictionary<string, (Signature Signature, Func<T, Caller, object?[], object?> Call)> _methods = [];
    private string[]? _names;

    /// <summary>The names, in the order in which they were added.</summary>
    public string[] Names => _names ??= [.. _methods.Keys];

    /// <param name="name">Its name.</param>
    /// <param name="parameters">What <see cref="Signature.Parse"/> reads.</param>
    /// <param name="call">What it does.</param>
    public MethodTable<T> Add(string name, string parameters, Func<T, Caller, object?[], object?> call)
    {
        _methods.Add(name, (Signature.Parse(parameters), call));
        return this;
    }

    /// <summary>A method that returns None.</summary>
    /// <inheritdoc cref="Add(string, string, Func{T, Caller, object?[], object?})" path="/param"/>
    public MethodTable<T> Add(string name, string parameters, Action<T, Caller, object?[]> call) => Add(
        name,
        parameters,
        (self, caller, args) =>
        {
            call(self, caller, args);
            return null;
        });

    public object? Call(
        T self, Caller caller, string method, IReadOnlyList<object?> args, IReadOnlyDictionary<string, object?> kwds) =>
        _methods.TryGetValue(method, out var found)
            ? found.Call(self, caller, found.Signature.Bind(method, args, kwds))
            : throw new MissingMethodException($"'{self.Typeid}' object has no attribute '{method}'");
}
