using System.Collections;

namespace Braid.Python;

/// <summary>
/// Keys that differ in .NET and are equal in Python (1 and 1.0, two arrays of the same bytes) would silently become one: they are refused.
/// </summary>
internal sealed class KeyCheck
{
    private readonly IEnumerable _collection;
    private readonly bool _isSimple;
    private HashSet<object?>? _keys;                    // except texts, which are equal only to texts and characters
    private HashSet<string>? _texts;                    // made once there is a key that is a character

    /// <param name="collection">A dictionary or set; if its keys are of one simple type, they differ in Python as well.</param>
    public KeyCheck(IEnumerable collection)
    {
        _collection = collection;
        _isSimple = HasSimpleKeys(collection);
    }

    public void Add(object? key)
    {
        if (_isSimple || key is string)
        {
            return;
        }

        object? same = key switch
        {
            DateTime { Kind: DateTimeKind.Utc } time => new DateTimeOffset(time),
            PythonNone => null,
            _ => key,
        };
        _keys ??= new HashSet<object?>(PythonEquality.Uncounted);
        if (!_keys.Add(same) || (key is char character && Texts().Contains(character.ToString())))
        {
            throw new PickleException($"Two keys or elements are equal in Python, which would lose one: {key} ({key?.GetType()}).");
        }
    }

    private HashSet<string> Texts() =>
        _texts ??= [.. (_collection is IDictionary dictionary ? dictionary.Keys : _collection).OfType<string>()];

    private static bool HasSimpleKeys(IEnumerable collection)
    {
        if (collection is Dictionary<object, object?> { Comparer: PythonEquality } or HashSet<object?> { Comparer: PythonEquality })
        {
            return true;
        }

        Type type = collection.GetType();
        Type? key = type.IsGenericType ? type.GetGenericArguments()[0] : null;
        return key is not null && (key == typeof(string) || key == typeof(Guid) || (key.IsPrimitive && !key.IsEnum));
    }
}
