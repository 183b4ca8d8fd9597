using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>What objects of .NET show: their public properties.</summary>
internal static class ShownState
{
    /// <summary>The first property that differs; null for none.</summary>
    public static string? Difference<T>(T value, T copy)
    {
        foreach (PropertyInfo property in typeof(T).GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0 && !IsSame(property.GetValue(value), property.GetValue(copy)))
            {
                return property.Name;
            }
        }

        return null;
    }

    /// <summary>The values of the properties that can be set, in the order of their declaration.</summary>
    public static object?[] SettableOf<T>(T value) => [.. Settable(typeof(T)).Select(property => property.GetValue(value))];

    public static T Set<T>(T value, object?[] values)
    {
        PropertyInfo[] properties = [.. Settable(typeof(T))];
        if (properties.Length != values.Length)
        {
            throw PayloadException.Damaged($"a {TypeText.Of(typeof(T))} has {properties.Length} properties, and {values.Length} arrived");
        }

        for (int i = 0; i < values.Length; i++)
        {
            properties[i].SetValue(value, values[i]);
        }

        return value;
    }

    private static IEnumerable<PropertyInfo> Settable(Type type) => type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(static property => property is { GetMethod.IsPublic: true, SetMethod.IsPublic: true }).OrderBy(static property => property.MetadataToken);

    private static bool IsSame(object? one, object? other) =>
        one is null || other is null ? ReferenceEquals(one, other)
        : one is Array array ? other is Array others && array.Length == others.Length && array.Cast<object?>().Zip(others.Cast<object?>()).All(static pair => IsSame(pair.First, pair.Second))
        : one is IConvertible or IFormattable || one.GetType().GetMethod(nameof(Equals), [typeof(object)])!.DeclaringType != typeof(object) ? one.Equals(other)
        : one.GetType() == other.GetType();
}
