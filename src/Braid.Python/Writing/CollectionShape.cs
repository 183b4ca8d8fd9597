using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Braid.Python;

/// <summary>The collection of Python that a collection of .NET becomes.</summary>
internal static class CollectionShape
{
    private static readonly ConcurrentDictionary<Type, Kind> s_kinds = new();

    public enum Kind
    {
        None,
        List,
        Dictionary,
        Set,
        FrozenSet,
    }

    public static Kind Of(Type type) => s_kinds.GetOrAdd(type, Find);

    private static Kind Find(Type type) => type switch
    {
        _ when type.IsAssignableTo(typeof(IDictionary)) => Kind.Dictionary,
        _ when Has(type, typeof(FrozenSet<>)) || Has(type, typeof(IImmutableSet<>)) => Kind.FrozenSet,
        _ when Has(type, typeof(ISet<>)) || Has(type, typeof(IReadOnlySet<>)) => Kind.Set,
        _ when type.IsAssignableTo(typeof(IList)) => Kind.List,
        _ => Kind.None,
    };

    /// <summary>Whether the type is, is derived from, or implements a generic type.</summary>
    private static bool Has(Type type, Type definition)
    {
        for (Type? ancestor = type; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (ancestor.IsGenericType && ancestor.GetGenericTypeDefinition() == definition)
            {
                return true;
            }
        }

        return type.GetInterfaces().Any(implemented => implemented.IsGenericType && implemented.GetGenericTypeDefinition() == definition);
    }
}
