using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Braid.Python;

/// <summary>
/// A dictionary in Python's order: that in which the keys were first set. Every operation takes the same time, however large.
/// </summary>
internal sealed class PythonDictionary : IEnumerable<KeyValuePair<object, object?>>
{
    private readonly Dictionary<object, LinkedListNode<KeyValuePair<object, object?>>> _nodes = new(PythonEquality.Uncounted);
    private readonly LinkedList<KeyValuePair<object, object?>> _items = new();

    public int Count => _nodes.Count;

    public bool TryGet(object key, out object? value)
    {
        bool isFound = _nodes.TryGetValue(key, out LinkedListNode<KeyValuePair<object, object?>>? node);
        value = node?.Value.Value;
        return isFound;
    }

    public void Set(object key, object? value)
    {
        if (_nodes.TryGetValue(key, out LinkedListNode<KeyValuePair<object, object?>>? node))
        {
            node.Value = new(node.Value.Key, value);   // the key stays the one that came first, as in Python
            return;
        }

        _nodes.Add(key, _items.AddLast(new KeyValuePair<object, object?>(key, value)));
    }

    public bool Remove(object key, out object? value)
    {
        bool isFound = _nodes.Remove(key, out LinkedListNode<KeyValuePair<object, object?>>? node);
        value = node?.Value.Value;
        if (node is not null)
        {
            _items.Remove(node);
        }

        return isFound;
    }

    /// <summary>Removes what was added last.</summary>
    public bool TryRemoveLast([NotNullWhen(true)] out object? key, out object? value)
    {
        (key, value) = (_items.Last?.Value.Key, _items.Last?.Value.Value);
        return key is not null && Remove(key, out _);
    }

    public void Clear()
    {
        _nodes.Clear();
        _items.Clear();
    }

    public IEnumerator<KeyValuePair<object, object?>> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
