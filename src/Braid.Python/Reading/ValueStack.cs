namespace Braid.Python;

/// <summary>The stack of the machine: values, each with its depth of nesting, and marks that a pop does not pass.</summary>
internal sealed class ValueStack
{
    private readonly Stack<int> _marks = new();
    private Slot[] _slots = new Slot[64];
    private int _count;
    private int _floor;                                  // the place of the last mark, below which nothing is popped

    public int Count => _count;

    /// <summary>Whether it has ever held <see cref="BytesInPlace"/>.</summary>
    public bool HasInPlace { get; private set; }

    public int MarkCount => _marks.Count;

    public bool IsAtMark => _marks.Count > 0 && _count == _floor;

    /// <summary>Whether there is a value above the last mark.</summary>
    public bool HasTop => _count > _floor;

    public ref Slot Top => ref _slots[_count - 1];

    public void Push(object? value, int depth) => Push(new Slot(value, depth));

    public void Push(Slot slot)
    {
        if (_count == _slots.Length)
        {
            Array.Resize(ref _slots, _slots.Length * 2);
        }

        _slots[_count++] = slot;
        HasInPlace |= slot.IsInPlace;
    }

    /// <summary>Removes the value on top. There must be one.</summary>
    public Slot Pop()
    {
        Slot slot = _slots[--_count];
        _slots[_count] = default;
        return slot;
    }

    public void Mark()
    {
        _marks.Push(_floor);
        _floor = _count;
    }

    /// <summary>Removes the last mark, which must exist, and the values above it. They stay readable until the next push.</summary>
    public Span<Slot> PopToMark()
    {
        Span<Slot> above = _slots.AsSpan(_floor.._count);
        _count = _floor;
        _floor = _marks.Pop();
        return above;
    }

    /// <summary>A value, and the depth to which containers are nested in it; or bytes in place, or a tuple that has some.</summary>
    public struct Slot(object? value, int depth)
    {
        public object? Value = value;
        public int Depth = depth;
        public bool IsInPlace;
    }
}
