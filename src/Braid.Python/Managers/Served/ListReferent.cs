using System.Runtime.ExceptionServices;

namespace Braid.Python;

/// <summary>Python's <c>list</c>.</summary>
/// <remarks>
/// Items are what was read of a pickle, and never change by themselves; what leaves the gate is copied. Comparisons under the gate are of
/// such data, no code of the program runs there.
/// </remarks>
internal sealed class ListReferent : Referent<ListReferent>
{
    private const int MostItems = 100_000_000;

    private static readonly MethodTable<ListReferent> s_methods = new MethodTable<ListReferent>()
        .Add("__add__", "other", LockedWithItems(0, static (items, a) => (List<object?>)[.. items, .. OfList(a[0])]))
        .Add("__contains__", "item", Locked(static (items, a) => (object)(Find(items, a[0], 0, items.Count) >= 0)))
        .Add("__delitem__", "index", Locked(static (items, a) => Delete(items, a[0])))
        .Add("__getitem__", "index", Locked(static (items, a) => Get(items, a[0])))
        .Add("__len__", "", Locked(static (items, _) => (object)(long)items.Count))
        .Add("__mul__", "n", Locked(static (items, a) => Multiply(items, a[0])))
        .Add("__reversed__", "", Locked(static (items, _) => Reversed(items)))
        .Add("__rmul__", "n", Locked(static (items, a) => Multiply(items, a[0])))
        .Add("__setitem__", "index, item", LockedWithItems(1, static (items, a) => Set(items, a[0], a[1])))
        .Add("append", "item", Locked(static (items, a) => Do(() => items.Add(a[0]))))
        .Add("count", "item", Locked(static (items, a) => Count(items, a[0])))
        .Add("extend", "items", LockedWithItems(0, static (items, a) => Do(() => items.AddRange(Arguments.Items(a[0]).ToArray()))))
        .Add("index", "item, start=0, stop=None", Locked(static (items, a) => IndexOf(items, a)))
        .Add(
            "insert",
            "index, item",
            Locked(static (items, a) => Do(() => items.Insert(Slices.Range(a[0], null, items.Count).Start, a[1]))))
        .Add("pop", "index=-1", Locked(static (items, a) => Pop(items, a[0])))
        .Add("remove", "item", Locked(static (items, a) => Remove(items, a[0])))
        .Add("reverse", "", Locked(static (items, _) => Do(items.Reverse)))
        .Add("sort", "key=None, reverse=False", Locked(static (items, a) => Sort(items, a[0], Arguments.IsTrue(a[1]))))
        .Add("__imul__", "n", static (self, _, a) => self.MultiplyInPlace(a[0]))
        .Add("clear", "", Locked(static (items, _) => Do(items.Clear)))
        .Add("copy", "", Locked(static (items, _) => (List<object?>)[.. items]));

    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly List<object?> _items;   // guarded by _gate

    public ListReferent(string typeid, IEnumerable<object?> items)
        : base(typeid) => _items = [.. items];

    protected override MethodTable<ListReferent> Methods => s_methods;

    public override object? GetValue()
    {
        using Threading.Scope scope = _gate.EnterScope();
        return (List<object?>)[.. _items];
    }

    public override string Repr() => PythonRepr.Of(GetValue());

    private static Func<ListReferent, Caller, object?[], object?> Locked(Func<List<object?>, object?[], object?> act) =>
        (self, _, args) =>
        {
            using Threading.Scope scope = self._gate.EnterScope();
            return act(self._items, args);
        };

    /// <summary>
    /// A method that takes the items of an argument: of another object of the server before the gate, since it may be this one.
    /// </summary>
    private static Func<ListReferent, Caller, object?[], object?> LockedWithItems(
        int index, Func<List<object?>, object?[], object?> act)
    {
        Func<ListReferent, Caller, object?[], object?> locked = Locked(act);
        return (self, caller, args) =>
        {
            if (args[index] is Referent referent && (index == 0 || args[0] is PythonSlice))
            {
                args[index] = referent.GetValue();
            }

            return locked(self, caller, args);
        };
    }

    private static object? Do(Action act)
    {
        act();
        return null;
    }

    private static List<object?> OfList(object? other) => other switch
    {
        List<object?> items => items,
        _ => throw Exceptions.Make("TypeError", $"can only concatenate list (not \"{PythonRepr.TypeOf(other)}\") to list"),
    };

    private static object? Get(List<object?> items, object? index) => index is PythonSlice slice
        ? Slices.Places(slice, items.Count).Select(place => items[place]).ToList()
        : items[Slices.Index(index, items.Count, "list index")];

    private static object? Set(List<object?> items, object? index, object? value)
    {
        if (index is not PythonSlice slice)
        {
            items[Slices.Index(index, items.Count, "list assignment index")] = value;
            return null;
        }

        object?[] values = [.. Arguments.Items(value)];
        if (slice.Step is null or 1L)
        {
            (int start, int stop) = Slices.Range(slice.Start, slice.Stop, items.Count);
            items.RemoveRange(start, stop - start);
            items.InsertRange(start, values);
            return null;
        }

        int[] places = Slices.Places(slice, items.Count);
        if (places.Length != values.Length)
        {
            throw Exceptions.Make(
                "ValueError", $"attempt to assign sequence of size {values.Length} to extended slice of size {places.Length}");
        }

        for (int i = 0; i < places.Length; i++)
        {
            items[places[i]] = values[i];
        }

        return null;
    }

    private static object? Delete(List<object?> items, object? index)
    {
        if (index is PythonSlice slice)
        {
            HashSet<int> places = [.. Slices.Places(slice, items.Count)];
            int at = 0;
            items.RemoveAll(_ => places.Contains(at++));
        }
        else
        {
            items.RemoveAt(Slices.Index(index, items.Count, "list assignment index"));
        }

        return null;
    }

    private static object? Pop(List<object?> items, object? index)
    {
        int place = items.Count == 0
            ? throw Exceptions.Make("IndexError", "pop from empty list")
            : Slices.Index(index, items.Count, "pop index");
        object? item = items[place];
        items.RemoveAt(place);
        return item;
    }

    private static object? Remove(List<object?> items, object? item)
    {
        int place = Find(items, item, 0, items.Count);
        items.RemoveAt(place >= 0 ? place : throw Exceptions.Make("ValueError", "list.remove(x): x not in list"));
        return null;
    }

    private static object IndexOf(List<object?> items, object?[] args)
    {
        (int start, int stop) = Slices.Range(args[1], args[2], items.Count);
        int place = Find(items, args[0], start, stop);
        return place >= 0 ? (long)place : throw Exceptions.Make("ValueError", $"{PythonRepr.Of(args[0])} is not in list");
    }

    private static object Count(List<object?> items, object? item)
    {
        var comparison = new PythonComparison();
        return (long)items.Count(one => comparison.AreEqual(one, item));
    }

    private static int Find(List<object?> items, object? item, int start, int stop)
    {
        var comparison = new PythonComparison();
        return items.FindIndex(start, stop - start, one => comparison.AreEqual(one, item));
    }

    private static List<object?> Multiply(List<object?> items, object? n)
    {
        long times = Math.Max(0, Arguments.Int(n, "n"));
        if (items.Count > 0 && times > MostItems / items.Count)
        {
            throw Exceptions.Make("MemoryError", $"a list of more than {MostItems} items");
        }

        var product = new List<object?>(items.Count * (int)Math.Min(times, MostItems));
        for (long i = 0; items.Count > 0 && i < times; i++)
        {
            product.AddRange(items);
        }

        return product;
    }

    /// <summary>As CPython pickles a reversed list: the list, and where the iterator stands in it.</summary>
    private static PythonCall Reversed(List<object?> items) =>
        new("builtins", "reversed", (List<object?>)[.. items]) { State = (long)items.Count - 1 };

    /// <summary>Keeps the order of what is equal, also from the greatest to the least.</summary>
    private static object? Sort(List<object?> items, object? key, bool isReversed)
    {
        if (key is not null)
        {
            throw Exceptions.Make("TypeError", "key must be None: functions do not cross");
        }

        var comparison = new PythonComparison();
        try
        {
            object?[] sorted = [.. isReversed ? items.OrderDescending(comparison) : items.Order(comparison)];
            items.Clear();
            items.AddRange(sorted);
            return null;
        }
        catch (InvalidOperationException e) when (e.InnerException is PythonException)
        {
            ExceptionDispatchInfo.Throw(e.InnerException);   // two items have no order
            throw;
        }
    }

    /// <returns>The new items, which Python's own proxy ignores.</returns>
    private List<object?> MultiplyInPlace(object? n)
    {
        using Threading.Scope scope = _gate.EnterScope();
        List<object?> product = Multiply(_items, n);
        _items.Clear();
        _items.AddRange(product);
        return product;
    }
}
