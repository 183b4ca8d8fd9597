namespace Braid.Python;

/// <summary><c>Value</c>: one value of any type, whatever its code, as CPython's managers have it.</summary>
internal sealed class ValueReferent(string typeid, object? code, object? value) : Referent<ValueReferent>(typeid)
{
    private static readonly MethodTable<ValueReferent> s_methods = new MethodTable<ValueReferent>()
        .Add("get", "", static (self, _, _) => Volatile.Read(ref self._value))
        .Add("set", "value", static (self, _, a) => Volatile.Write(ref self._value, a[0]));

    private object? _value = value;   // by any thread, by Volatile: each read and write stands alone

    protected override MethodTable<ValueReferent> Methods => s_methods;

    public override object? GetValue() => new PythonCall(ManagerWire.Module, "Value")
    {
        IsNew = true,
        State = new Dictionary<string, object?> { ["_typecode"] = code, ["_value"] = Volatile.Read(ref _value) },
    };

    public override string Repr() => $"Value({PythonRepr.Of(code)}, {PythonRepr.Of(Volatile.Read(ref _value))})";
}
