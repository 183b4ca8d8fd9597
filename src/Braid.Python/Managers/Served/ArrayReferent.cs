using System.Globalization;
using System.Numerics;

namespace Braid.Python;

/// <summary><c>Array</c>: an <c>array.array</c> of numbers of one type, of a fixed length.</summary>
internal sealed class ArrayReferent : Referent<ArrayReferent>
{
    private const int MostItems = 100_000_000;

    private static readonly MethodTable<ArrayReferent> s_methods = new MethodTable<ArrayReferent>()
        .Add("__len__", "", static (self, _, _) => (object)(long)self._items.Length)
        .Add("__getitem__", "index", static (self, _, a) => self.Get(a[0]))
        .Add("__setitem__", "index, value", static (self, _, a) => self.Set(a[0], a[1]));

    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly Array _items;   // what is in it: guarded by _gate
    private readonly Type _type;

    /// <exception cref="PythonException">The code is none, or an item does not fit.</exception>
    public ArrayReferent(string typeid, object? code, object? items)
        : base(typeid)
    {
        _type = code is string text && ArrayReaders.TypeOf(text) is { } type
            ? type
            : throw Exceptions.Make("ValueError", "bad typecode (must be b, B, h, H, i, I, l, L, q, Q, f or d)");
        IReadOnlyList<object?> values = Arguments.Items(items is Referent referent ? referent.GetValue() : items);
        _items = Array.CreateInstance(
            _type, values.Count <= MostItems ? values.Count : throw Exceptions.Make("MemoryError", "too many items"));
        for (int i = 0; i < values.Count; i++)
        {
            _items.SetValue(Element(values[i]), i);
        }
    }

    protected override MethodTable<ArrayReferent> Methods => s_methods;

    public override object? GetValue()
    {
        using Threading.Scope scope = _gate.EnterScope();
        return ToPython((Array)_items.Clone());
    }

    public override string Repr() => PythonRepr.Of(GetValue());

    /// <summary>An array of unsigned bytes is written as what it is in Python too; a byte[] would be bytes.</summary>
    private static object ToPython(Array items) => items is byte[] bytes
        ? new PythonCall("array", "array", "B", bytes.Select(static one => (object?)(long)one).ToList())
        : items;

    private object? Get(object? index)
    {
        using Threading.Scope scope = _gate.EnterScope();
        if (index is not PythonSlice slice)
        {
            return Arguments.Number(_items.GetValue(Slices.Index(index, _items.Length, "array index"))!);
        }

        int[] places = Slices.Places(slice, _items.Length);
        var part = Array.CreateInstance(_type, places.Length);
        for (int i = 0; i < places.Length; i++)
        {
            Array.Copy(_items, places[i], part, i, 1);
        }

        return ToPython(part);
    }

    private void Set(object? index, object? value)
    {
        if (index is PythonSlice slice)
        {
            SetSlice(slice, value);
            return;
        }

        object element = Element(value);
        using Threading.Scope scope = _gate.EnterScope();
        _items.SetValue(element, Slices.Index(index, _items.Length, "array assignment index"));
    }

    /// <summary>Of its own type and length: the array does not grow under those who index it.</summary>
    private void SetSlice(PythonSlice slice, object? value)
    {
        var given = value is PythonByteArray bytes ? bytes.Bytes : value as Array;
        if (given is null || given.GetType().GetElementType() != _type)
        {
            throw Exceptions.Make("TypeError", $"can only assign array (not \"{PythonRepr.TypeOf(value)}\") to array slice");
        }

        using Threading.Scope scope = _gate.EnterScope();
        int[] places = Slices.Places(slice, _items.Length);
        if (places.Length != given.Length)
        {
            throw Exceptions.Make(
                "ValueError", $"attempt to assign array of size {given.Length} to slice of size {places.Length}");
        }

        for (int i = 0; i < places.Length; i++)
        {
            Array.Copy(given, i, _items, places[i], 1);
        }
    }

    private object Element(object? value)
    {
        if (_type == typeof(float) || _type == typeof(double))
        {
            double real = value switch
            {
                double number => number,
                bool truth => truth ? 1 : 0,
                _ when PythonInt.Of(value) is { } number => (double)number,
                _ => throw Exceptions.Make("TypeError", $"must be real number, not {PythonRepr.TypeOf(value)}"),
            };
            return _type == typeof(float) ? (float)real : real;
        }

        BigInteger integer = value is bool flag ? (flag ? 1 : 0)
            : PythonInt.Of(value) ?? throw Exceptions.Make(
                "TypeError", $"'{PythonRepr.TypeOf(value)}' object cannot be interpreted as an integer");
        try
        {
            return ((IConvertible)(integer >= long.MinValue && integer <= long.MaxValue ? (object)(long)integer : (ulong)integer))
                .ToType(_type, CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            throw Exceptions.Make("OverflowError", $"{integer} does not fit into the array's items");
        }
    }
}
