using System.Collections.Frozen;

namespace Braid.Python;

/// <content>Tuples, lists, dictionaries and sets.</content>
internal ref partial struct PickleReader
{
    private readonly void MakeTuple(int length)
    {
        _context.ChargeValue(ReadContext.ValueCost + (8L * length));
        object?[] tuple = new object?[length];
        int depth = 0;
        for (int i = length - 1; i >= 0; i--)
        {
            ValueStack.Slot slot = Pop();
            tuple[i] = slot.Value;
            depth = Math.Max(depth, slot.Depth);
        }

        _stack.Push(tuple, Deeper(depth));
    }

    private readonly void MakeTuple(Span<ValueStack.Slot> slots)
    {
        _context.ChargeValue(ReadContext.ValueCost + (8L * slots.Length));
        bool isInPlace = false;
        if (_stack.HasInPlace)
        {
            foreach (ref ValueStack.Slot slot in slots)
            {
                bool stays = slot.Value is BytesInPlace && slots.Length <= BytesInPlace.LongestTuple;
                isInPlace |= stays;
                slot = stays ? slot : Taken(slot);
            }
        }

        _context.Charge(ReadContext.ValueCost / 3);      // its place on the stack
        _stack.Push(new ValueStack.Slot(Values(slots), DepthOf(slots)) { IsInPlace = isInPlace });
    }

    private static object?[] Values(ReadOnlySpan<ValueStack.Slot> slots)
    {
        object?[] values = new object?[slots.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = slots[i].Value;
        }

        return values;
    }

    private readonly void MakeList(ReadOnlySpan<ValueStack.Slot> slots)
    {
        _context.ChargeValue(ReadContext.ContainerCost + (8L * slots.Length));
        int depth = DepthOf(slots);
        Push(new List<object?>(Values(slots)), depth);
    }

    private readonly void AppendOne()
    {
        ValueStack.Slot item = Pop();
        TopList(item.Depth).Add(item.Value);
    }

    private readonly void Append(ReadOnlySpan<ValueStack.Slot> slots)
    {
        if (slots.IsEmpty)
        {
            return;
        }

        List<object?> list = TopList(DepthOf(slots) - 1);
        list.EnsureCapacity(list.Count + slots.Length);
        foreach (ref readonly ValueStack.Slot slot in slots)
        {
            list.Add(slot.Value);
        }
    }

    private readonly List<object?> TopList(int itemDepth) => Container<List<object?>>(itemDepth, "a list");

    /// <summary>The container on top, to which an item of this depth is added.</summary>
    private readonly T Container<T>(int itemDepth, string expected)
        where T : class
    {
        _ = Peek();
        ref ValueStack.Slot top = ref _stack.Top;
        top.Depth = Math.Max(top.Depth, Deeper(itemDepth));
        return top.Value as T ?? throw _input.Damaged($"items are added to what is not {expected}");
    }

    private readonly void MakeDictionary(ReadOnlySpan<ValueStack.Slot> slots)
    {
        int depth = DepthOf(slots);
        Dictionary<object, object?> dictionary = _context.NewDictionary();
        SetItems(dictionary, slots);
        Push(dictionary, depth);
    }

    private readonly void SetOneItem()
    {
        ValueStack.Slot value = Pop();
        ValueStack.Slot key = Pop();
        SetItem(Container<Dictionary<object, object?>>(Math.Max(key.Depth, value.Depth), "a dict"), key.Value, value.Value);
    }

    private readonly void SetItems(ReadOnlySpan<ValueStack.Slot> slots)
    {
        if (slots.IsEmpty)
        {
            return;
        }

        SetItems(Container<Dictionary<object, object?>>(DepthOf(slots) - 1, "a dict"), slots);
    }

    private readonly void SetItems(Dictionary<object, object?> dictionary, ReadOnlySpan<ValueStack.Slot> slots)
    {
        if (slots.Length % 2 != 0)
        {
            throw _input.Damaged("a key without a value");
        }

        for (int i = 0; i < slots.Length; i += 2)
        {
            SetItem(dictionary, slots[i].Value, slots[i + 1].Value);
        }
    }

    private readonly void SetItem(Dictionary<object, object?> dictionary, object? key, object? value)
    {
        _context.Charge(ReadContext.ValueCost);
        dictionary[key ?? PythonNone.Value] = value;
    }

    private readonly void AddItems(ReadOnlySpan<ValueStack.Slot> slots)
    {
        if (slots.IsEmpty)
        {
            return;
        }

        AddItems(Container<HashSet<object?>>(DepthOf(slots) - 1, "a set"), slots);
    }

    private readonly void AddItems(HashSet<object?> set, ReadOnlySpan<ValueStack.Slot> slots)
    {
        _context.Charge(slots.Length, ReadContext.ValueCost);
        foreach (ref readonly ValueStack.Slot slot in slots)
        {
            set.Add(slot.Value);
        }
    }

    private readonly void MakeFrozenSet(ReadOnlySpan<ValueStack.Slot> slots)
    {
        int depth = DepthOf(slots);
        HashSet<object?> set = _context.NewSet();
        AddItems(set, slots);
        _context.Charge(slots.Length, ReadContext.ValueCost);
        Push(set.ToFrozenSet(_context.Equality), depth);
    }
}
