namespace Braid.Python;

/// <summary>
/// <c>Namespace</c>: attributes by name. Those whose names begin with an underscore belong to Python's proxy, and are refused.
/// </summary>
internal sealed class NamespaceReferent : Referent<NamespaceReferent>
{
    private static readonly MethodTable<NamespaceReferent> s_methods = new MethodTable<NamespaceReferent>()
        .Add("__getattribute__", "name", static (self, _, a) => self.Get(Name(a[0])))
        .Add("__setattr__", "name, value", static (self, _, a) => self.Set(Name(a[0]), a[1]))
        .Add("__delattr__", "name", static (self, _, a) => self.Delete(Name(a[0])));

    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly PythonDictionary _items = new();   // guarded by _gate

    public NamespaceReferent(string typeid, IReadOnlyDictionary<string, object?> attributes)
        : base(typeid)
    {
        foreach ((string name, object? value) in attributes)
        {
            _items.Set(Name(name), value);
        }
    }

    protected override MethodTable<NamespaceReferent> Methods => s_methods;

    public override object? GetValue() => new PythonCall(ManagerWire.Module, "Namespace") { IsNew = true, State = Attributes() };

    public override string Repr()
    {
        IEnumerable<string> items = Attributes().Select(static item => $"{item.Key}={PythonRepr.Of(item.Value)}");
        return $"Namespace({string.Join(", ", items.Order(StringComparer.Ordinal))})";
    }

    private static string Name(object? name) => name is string { Length: > 0 } text && text[0] != '_'
        ? text
        : throw Exceptions.Make("AttributeError", $"'Namespace' object has no attribute {PythonRepr.Of(name)}");

    private static PythonException NoAttribute(string name) =>
        Exceptions.Make("AttributeError", $"'Namespace' object has no attribute '{name}'");

    private Dictionary<string, object?> Attributes()
    {
        using Threading.Scope scope = _gate.EnterScope();
        return _items.ToDictionary(static item => (string)item.Key, static item => item.Value);
    }

    private object? Get(string name)
    {
        using Threading.Scope scope = _gate.EnterScope();
        return _items.TryGet(name, out object? value) ? value : throw NoAttribute(name);
    }

    private void Set(string name, object? value)
    {
        using Threading.Scope scope = _gate.EnterScope();
        _items.Set(name, value);
    }

    private void Delete(string name)
    {
        using Threading.Scope scope = _gate.EnterScope();
        if (!_items.Remove(name, out _))
        {
            throw NoAttribute(name);
        }
    }
}
