namespace Braid.Python;

/// <summary>The stack of the machine: values, each with how deep it is nested, and marks that a pop does not pass.</summary>
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

    /// <summary>The value on top, which stays there; null when there is none above the last mark.</summary>
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

    /// <summary>Takes the value on top. There must be one.</summary>
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

    /// <summary>The values above the last mark, which is gone. They stay readable until the next push. There must be a mark.</summary>
    public Span<Slot> PopToMark()
    {
        Span<Slot> above = _slots.AsSpan(_floor.._count);
        _count = _floor;
        _floor = _marks.Pop();
        return above;
    }

    /// <summary>A value, and how many containers it has one inside the other; or bytes in place, or a tuple that has some.</summary>
    public struct Slot(object? value, int depth)
    {
        public object? Value = value;
        public int Depth = depth;
        public bool IsInPlace;
    }
}
