namespace Braid.Python;

/// <summary>The values that the pickle may refer to again, by number.</summary>
internal sealed class Memo(ReadContext context)
{
    private const int EntryBytes = 24;

    private Entry[] _entries = new Entry[32];
    private int _count;

    /// <summary>The number of entries with a value, which is the number that MEMOIZE assigns next.</summary>
    public int Count => _count;

    /// <summary>Stores a value.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="slot">The value.</param>
    /// <param name="position">How many bytes have been read: each memoized value has taken one at least, so no number is larger.</param>
    public void Put(uint index, ValueStack.Slot slot, int position)
    {
        if (index > position)
        {
            throw PickleException.Damaged($"memo number {index:n0} among so few values", position);
        }

        if (index >= _entries.Length)
        {
            int length = (int)Math.Min(Math.Max((long)index + 1, _entries.Length * 2L), Array.MaxLength);
            context.Charge(length - _entries.Length, EntryBytes);
            Array.Resize(ref _entries, length);
        }

        ref Entry entry = ref _entries[index];
        if (!entry.IsSet && ++_count > context.Options.MaxMemo)
        {
            throw PickleException.Limit(
                nameof(PickleOptions.MaxMemo), context.Options.MaxMemo, "The pickle keeps too many values for reuse");
        }

        entry = new Entry { Slot = slot, IsSet = true };
        if (slot.Value is Unbuilt unbuilt)
        {
            if (unbuilt.MemoIndex >= 0)
            {
                throw PickleException.Damaged("an object is memoized twice before it has its state", position);
            }

            unbuilt.MemoIndex = (int)index;
        }
    }

    public ValueStack.Slot Get(uint index, int position)
    {
        if (index >= _entries.Length || !_entries[index].IsSet)
        {
            throw PickleException.Damaged($"memo number {index:n0} has no value", position);
        }

        ValueStack.Slot slot = _entries[index].Slot;
        return slot.Value is Unbuilt unbuilt
            ? throw new PickleException(
                $"The state of a {unbuilt.Reader.Global} refers to the object itself, which its reader cannot make.")
            : slot;
    }

    /// <summary>Called when the object has its state: its number stands for the value from now on.</summary>
    public void Replace(Unbuilt unbuilt, ValueStack.Slot slot)
    {
        if (unbuilt.MemoIndex >= 0 && ReferenceEquals(_entries[unbuilt.MemoIndex].Slot.Value, unbuilt))
        {
            _entries[unbuilt.MemoIndex].Slot = slot;
        }
    }

    private struct Entry
    {
        public ValueStack.Slot Slot;
        public bool IsSet;
    }
}
