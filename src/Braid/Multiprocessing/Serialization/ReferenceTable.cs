namespace Braid.Multiprocessing;

/// <summary>Numbers objects by identity in the order of their first appearance in a payload.</summary>
/// <remarks>A handful are found by looking through them, which is faster than hashing and allocates once; beyond that a dictionary takes over.</remarks>
internal struct ReferenceTable
{
    private const int Few = 16;

    private object?[]? _few;
    private Dictionary<object, int>? _many;
    private int _count;

    /// <summary>Gives the object the next number; false when it has one already.</summary>
    public bool TryAdd(object value, out int index)
    {
        if (_many is null && _count < Few)
        {
            if (TryFind(value, out index))
            {
                return false;
            }

            _few ??= new object?[Few];
            _few[_count++] = value;
            return true;
        }

        return TryAddToMany(value, out index);
    }

    public readonly int Count => _count;

    /// <summary>The object's number; false when it has none.</summary>
    public readonly bool TryFind(object value, out int index)
    {
        if (_many is not null)
        {
            return _many.TryGetValue(value, out index);
        }

        for (index = 0; index < _count; index++)
        {
            if (ReferenceEquals(_few![index], value))
            {
                return true;
            }
        }

        return false;
    }

    public void Clear()
    {
        _few?.AsSpan(0, Math.Min(_count, Few)).Clear();
        _many = null;
        _count = 0;
    }

    private bool TryAddToMany(object value, out int index)
    {
        if (_many is null)
        {
            _many = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
            for (int i = 0; i < Few; i++)
            {
                _many.Add(_few![i]!, i);
            }
        }

        if (_many.TryGetValue(value, out index))
        {
            return false;
        }

        index = _count++;
        _many.Add(value, index);
        return true;
    }
}
