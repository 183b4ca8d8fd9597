using System.Collections;

namespace Braid.Python;

/// <summary>
/// Keys that differ in .NET and are equal in Python (1 and 1.0, two arrays of the same bytes) would silently become one: they are refused.
/// </summary>
internal sealed class KeyCheck
{
    private readonly HashSet<object?>? _keys;

    /// <param name="collection">A dictionary or set; if its keys are of one simple type, they differ in Python as well.</param>
    public KeyCheck(IEnumerable collection) =>
        _keys = HasSimpleKeys(collection) ? null : new HashSet<object?>(PythonEquality.Uncounted);

    public void Add(object? key)
    {
        object? same = key switch
        {
            char character => character.ToString(),
            DateTime { Kind: DateTimeKind.Utc } time => new DateTimeOffset(time),
            PythonNone => null,
            _ => key,
        };
        if (_keys?.Add(same) == false)
        {
            throw new PickleException($"Two keys or elements are equal in Python, which would lose one: {key} ({key?.GetType()}).");
        }
    }

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
