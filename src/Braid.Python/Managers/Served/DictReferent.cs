namespace Braid.Python;

/// <summary>Python's <c>dict</c>.</summary>
/// <remarks>As of a list: what is in it never changes by itself, and what leaves the gate is copied.</remarks>
internal sealed class DictReferent : Referent<DictReferent>
{
    private static readonly PickleOptions s_keys = new() { MaxMemory = 64 << 20 };   // what hashing one may work through

    private static readonly MethodTable<DictReferent> s_methods = new MethodTable<DictReferent>()
        .Add("__contains__", "key", static (self, _, a) => (object)self.TryGet(Key(a[0]), out object? _))
        .Add("__delitem__", "key", static (self, _, a) => self.Delete(Key(a[0])))
        .Add("__getitem__", "key", static (self, _, a) => self.Get(Key(a[0])))
        .Add("__iter__", "", static (self, _, _) => new ReturnedProxy(new IteratorReferent(self.Keys().GetEnumerator())))
        .Add("__len__", "", static (self, _, _) => (object)self.Count())
        .Add("__setitem__", "key, value", static (self, _, a) => self.Set(Key(a[0]), a[1]))
        .Add("clear", "", static (self, _, _) => self.Clear())
        .Add("copy", "", static (self, _, _) => self.GetValue())
        .Add("get", "key, default=None", static (self, _, a) => self.TryGet(Key(a[0]), out object? value) ? value : a[1])
        .Add("items", "", static (self, _, _) => self.Items())
        .Add("keys", "", static (self, _, _) => self.Keys())
        .Add("pop", "key, default=...", static (self, _, a) => self.Pop(Key(a[0]), a[1]))
        .Add("popitem", "", static (self, _, _) => self.PopItem())
        .Add("setdefault", "key, default=None", static (self, _, a) => self.SetDefault(Key(a[0]), a[1]))
        .Add("update", "*args, **kwds", static (self, _, a) => self.Update("update", (IReadOnlyList<object?>)a[0]!, Named(a[1])))
        .Add("values", "", static (self, _, _) => self.Values());

    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly PythonDictionary _items = new();   // guarded by _gate

    public DictReferent(string typeid, IReadOnlyList<object?> args, IReadOnlyDictionary<string, object?> kwds)
        : base(typeid) => Update("dict", args, kwds);

    protected override MethodTable<DictReferent> Methods => s_methods;

    public override object? GetValue()
    {
        using Threading.Scope scope = _gate.EnterScope();
        var copy = new Dictionary<object, object?>(_items.Count, PythonEquality.Uncounted);
        foreach ((object key, object? value) in _items)
        {
            copy.Add(key, value);
        }

        return copy;
    }

    public override string Repr() => PythonRepr.Of(GetValue());

    /// <summary>A key, which a client may have made so that hashing it never ends: its parts are counted first.</summary>
    /// <exception cref="PythonException">A TypeError: it has no hash.</exception>
    private static object Key(object? key)
    {
        if (key is null or string or long)
        {
            return key ?? PythonNone.Value;
        }

        try
        {
            _ = new PythonEquality(new ReadContext(s_keys)).GetHashCode(key);
            return key;
        }
        catch (PickleException e)
        {
            throw Exceptions.Make("TypeError", $"unhashable type: '{PythonRepr.TypeOf(key)}' ({e.Message})");
        }
    }

    private bool TryGet(object key, out object? value)
    {
        using Threading.Scope scope = _gate.EnterScope();
        return _items.TryGet(key, out value);
    }

    private object? Get(object key) => TryGet(key, out object? value) ? value : throw NoKey(key);

    private void Set(object key, object? value)
    {
        using Threading.Scope scope = _gate.EnterScope();
        _items.Set(key, value);
    }

    private void Delete(object key)
    {
        using Threading.Scope scope = _gate.EnterScope();
        if (!_items.Remove(key, out _))
        {
            throw NoKey(key);
        }
    }

    private long Count()
    {
        using Threading.Scope scope = _gate.EnterScope();
        return _items.Count;
    }

    private void Clear()
    {
        using Threading.Scope scope = _gate.EnterScope();
        _items.Clear();
    }

    private List<object?> Keys()
    {
        using Threading.Scope scope = _gate.EnterScope();
        return [.. _items.Select(static item => OfKey(item.Key))];
    }

    private List<object?> Values()
    {
        using Threading.Scope scope = _gate.EnterScope();
        return [.. _items.Select(static item => item.Value)];
    }

    private List<object?> Items()
    {
        using Threading.Scope scope = _gate.EnterScope();
        return [.. _items.Select(static item => (object?)new object?[] { OfKey(item.Key), item.Value })];
    }

    private object? Pop(object key, object? absent)
    {
        using Threading.Scope scope = _gate.EnterScope();
        return _items.Remove(key, out object? value) ? value : absent == Signature.Absent ? throw NoKey(key) : absent;
    }

    private object PopItem()
    {
        using Threading.Scope scope = _gate.EnterScope();
        return _items.TryRemoveLast(out object? key, out object? value)
            ? new object?[] { OfKey(key), value }
            : throw Exceptions.Make("KeyError", "popitem(): dictionary is empty");
    }

    private object? SetDefault(object key, object? value)
    {
        using Threading.Scope scope = _gate.EnterScope();
        if (_items.TryGet(key, out object? found))
        {
            return found;
        }

        _items.Set(key, value);
        return value;
    }

    /// <summary><c>update(mapping or pairs, **items)</c>: all of it, or nothing if a part does not fit.</summary>
    private void Update(string method, IReadOnlyList<object?> args, IReadOnlyDictionary<string, object?> kwds)
    {
        if (args.Count > 1)
        {
            throw Exceptions.Make("TypeError", $"{method} expected at most 1 argument, got {args.Count}");
        }

        object? given = args.Count == 0 ? null : args[0] is Referent referent ? referent.GetValue() : args[0];
        List<(object Key, object? Value)> added = given switch
        {
            null when args.Count == 0 => [],
            Dictionary<object, object?> other => [.. other.Select(static item => (item.Key, item.Value))],
            _ => [.. Arguments.Items(given).Select(Pair)],
        };
        using Threading.Scope scope = _gate.EnterScope();
        foreach ((object key, object? value) in added.Concat(kwds.Select(static item => ((object)item.Key, item.Value))))
        {
            _items.Set(key, value);
        }
    }

    private static (object Key, object? Value) Pair(object? pair) => Arguments.Items(pair) is [var key, var value]
        ? (Key(key), value)
        : throw Exceptions.Make("ValueError", "dictionary update sequence element is no pair");

    private static IReadOnlyDictionary<string, object?> Named(object? kwds) => (IReadOnlyDictionary<string, object?>)kwds!;

    private static object? OfKey(object key) => key is PythonNone ? null : key;

    private static PythonException NoKey(object key) => Exceptions.Make("KeyError", OfKey(key));
}
