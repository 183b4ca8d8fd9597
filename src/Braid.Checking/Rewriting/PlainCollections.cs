using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>
/// Collections of .NET that are neither thread-safe nor rewritten: a call counts as a read or a write of the whole object.
/// </summary>
/// <remarks>These are the collections of .NET's core and the old ones. Others are rewritten, so their memory accesses are seen.</remarks>
internal static class PlainCollections
{
    private static readonly HashSet<string> s_types =
    [
        "System.Collections.Generic.List`1", "System.Collections.Generic.Dictionary`2", "System.Collections.Generic.HashSet`1",
        "System.Collections.Generic.Queue`1", "System.Collections.ObjectModel.Collection`1", "System.Collections.ArrayList",
        "System.Collections.Hashtable", "System.Collections.BitArray", "System.Text.StringBuilder",
        "System.Collections.Stack", "System.Collections.Queue", "System.Collections.SortedList", "System.Collections.CollectionBase",
        "System.Collections.DictionaryBase", "System.Collections.Specialized.NameObjectCollectionBase",
        "System.Collections.Specialized.NameValueCollection", "System.Collections.Specialized.StringCollection",
        "System.Collections.Specialized.StringDictionary", "System.Collections.Specialized.ListDictionary",
        "System.Collections.Specialized.HybridDictionary", "System.Collections.Specialized.OrderedDictionary",
        "System.Collections.ObjectModel.KeyedCollection`2", "System.Collections.ObjectModel.ObservableCollection`1",
    ];

    private static readonly HashSet<string> s_interfaces =
    [
        "System.Collections.Generic.IList`1", "System.Collections.Generic.ICollection`1", "System.Collections.Generic.IEnumerable`1",
        "System.Collections.Generic.IDictionary`2", "System.Collections.Generic.ISet`1", "System.Collections.Generic.IReadOnlyList`1",
        "System.Collections.Generic.IReadOnlyCollection`1", "System.Collections.Generic.IReadOnlyDictionary`2",
        "System.Collections.Generic.IReadOnlySet`1", "System.Collections.IList", "System.Collections.ICollection",
        "System.Collections.IDictionary", "System.Collections.IEnumerable",
    ];

    // They hold another collection and expose it.
    private static readonly HashSet<string> s_views =
    [
        "System.Collections.ObjectModel.ReadOnlyCollection`1", "System.Collections.ObjectModel.ReadOnlyDictionary`2",
        "System.Collections.ObjectModel.ReadOnlySet`1", "System.Collections.ObjectModel.ReadOnlyObservableCollection`1",
        "System.Collections.Generic.Dictionary`2/KeyCollection", "System.Collections.Generic.Dictionary`2/ValueCollection",
        "System.Collections.ObjectModel.ReadOnlyDictionary`2/KeyCollection",
        "System.Collections.ObjectModel.ReadOnlyDictionary`2/ValueCollection",
    ];

    // Their static members Synchronized make one that takes a lock.
    private static readonly HashSet<string> s_perhapsSynchronized =
    [
        "System.Collections.ArrayList", "System.Collections.Hashtable", "System.Collections.Stack", "System.Collections.Queue",
        "System.Collections.SortedList",
    ];

    // Its static members take the collection as their first argument.
    private const string Marshal = "System.Runtime.InteropServices.CollectionsMarshal";

    // All others write.
    private static readonly HashSet<string> s_reading =
    [
        "AsReadOnly", "AsSpan", "BinarySearch", "Clone", "Contains", "ContainsKey", "ContainsValue", "ConvertAll", "CopyTo", "Equals",
        "Exists", "Find", "FindAll", "FindIndex", "FindLast", "FindLastIndex", "ForEach", "Get", "GetAlternateLookup", "GetByIndex",
        "GetChunks", "GetEnumerator", "GetKey", "GetKeyList", "GetRange", "GetValueList", "GetValueRefOrNullRef", "GetValues",
        "HasAllSet", "HasAnySet", "HasKeys", "IndexOf", "IndexOfKey", "IndexOfValue", "IsProperSubsetOf", "IsProperSupersetOf",
        "IsSubsetOf", "IsSupersetOf", "LastIndexOf", "Overlaps", "Peek", "SetEquals", "Slice", "ToArray", "ToString", "TrueForAll",
        "TryGetAlternateLookup", "TryGetValue", "TryPeek", "get_AllKeys", "get_Capacity", "get_Chars", "get_Comparer",
        "get_Count", "get_Item", "get_Keys", "get_Length", "get_MaxCapacity", "get_Values",
    ];

    // They do not access the elements.
    private static readonly HashSet<string> s_neutral =
        ["GetHashCode", "GetType", "get_IsReadOnly", "get_IsFixedSize", "get_IsSynchronized", "get_SyncRoot"];

    /// <summary>What a call does to the object that it is made on.</summary>
    /// <param name="member">The called member.</param>
    /// <param name="writes">Whether it changes the object.</param>
    /// <param name="decidedLater">Whether the object may be another kind of collection, which only the call itself will show.</param>
    /// <returns>Whether the call accesses such an object.</returns>
    public static bool Uses(MethodReference member, out bool writes, out bool decidedLater)
    {
        string type = member.DeclaringType.GetElementType().FullName;
        writes = !s_reading.Contains(member.Name);
        if (type == Marshal)
        {
            decidedLater = false;
            return true;
        }

        decidedLater = s_interfaces.Contains(type) || s_views.Contains(type) || s_perhapsSynchronized.Contains(type);
        return (decidedLater || s_types.Contains(type)) && member.HasThis && member.Name != ".ctor" && !s_neutral.Contains(member.Name);
    }

    /// <summary>The kind of collection that a call is made on, or whose enumerator it is made on; null for other calls.</summary>
    public static string? KindOf(MethodReference member) =>
        KindOf(member.DeclaringType.FullName == Marshal ? member.Parameters[0].ParameterType : member.DeclaringType);

    /// <summary>Whether a type is one of these collections, or an interface of theirs.</summary>
    public static bool Matches(TypeReference type) => type.DeclaringType is null && KindOf(type) is not null;

    public static string? KindOf(TypeReference type)
    {
        string name = (type.GetElementType().DeclaringType ?? type.GetElementType()).FullName;
        return s_types.Contains(name) || s_interfaces.Contains(name) ? name : null;
    }

    /// <summary>Whether an object exposes another collection that it holds.</summary>
    public static bool IsView(Type type)
    {
        for (Type? known = type; known is not null && known != typeof(object); known = known.BaseType)
        {
            if (s_views.Contains(HookTable.NameOf(known)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an object is one of these, or derives from one, and takes no lock of its own.</summary>
    public static bool Matches(Type type)
    {
        if (type.DeclaringType is { } outer && s_perhapsSynchronized.Contains(HookTable.NameOf(outer))
            && type.Name.StartsWith("Sync", StringComparison.Ordinal))
        {
            return false;
        }

        for (Type? known = type; known is not null && known != typeof(object); known = known.BaseType)
        {
            if (s_types.Contains(HookTable.NameOf(known)))
            {
                return true;
            }
        }

        return false;
    }
}
