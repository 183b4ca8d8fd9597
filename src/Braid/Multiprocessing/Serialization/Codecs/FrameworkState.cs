using System.Collections;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>
/// State that collections of .NET keep private, or show only to derived classes, and that a copy needs. If a runtime lacks one of these
/// members, the write that needs it fails.
/// </summary>
internal static class PrivateMembers
{
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EqualityComparer")]
    public static extern IEqualityComparer? ComparerOf(Hashtable table);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "comparer")]
    public static extern ref IComparer ComparerOf(SortedList list);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "comparer")]
    public static extern ref IComparer? ComparerOf(ListDictionary dictionary);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_comparer")]
    public static extern ref IEqualityComparer? ComparerOf(OrderedDictionary dictionary);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "caseInsensitive")]
    public static extern ref bool IgnoresCase(HybridDictionary dictionary);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Comparer")]
    public static extern IEqualityComparer ComparerOf(NameObjectCollectionBase collection);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_IsReadOnly")]
    public static extern bool IsReadOnly(NameObjectCollectionBase collection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_compareInfo")]
    public static extern ref CompareInfo CompareInfoOf(System.Collections.Comparer comparer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_compareInfo")]
    public static extern ref CompareInfo CompareInfoOf(CaseInsensitiveComparer comparer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_expandable")]
    public static extern ref bool IsExpandable(MemoryStream stream);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_exposable")]
    public static extern ref bool IsExposable(MemoryStream stream);
}

/// <inheritdoc cref="PrivateMembers"/>
internal static class PrivateMembers<T>
{
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Items")]
    public static extern IList<T> Items(Collection<T> collection);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Items")]
    public static extern IList<T> Items(ReadOnlyCollection<T> collection);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Set")]
    public static extern ISet<T> Set(ReadOnlySet<T> set);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "CollectionChanged")]
    public static extern ref NotifyCollectionChangedEventHandler? CollectionChanged(ObservableCollection<T> collection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "PropertyChanged")]
    public static extern ref PropertyChangedEventHandler? PropertyChanged(ObservableCollection<T> collection);
}

/// <inheritdoc cref="PrivateMembers"/>
internal static class PrivateMembers<TKey, TValue>
    where TKey : notnull
{
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Dictionary")]
    public static extern IDictionary<TKey, TValue> Dictionary(ReadOnlyDictionary<TKey, TValue> dictionary);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "threshold")]
    public static extern ref int Threshold(KeyedCollection<TKey, TValue> collection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "keyCount")]
    public static extern ref int KeyCount(KeyedCollection<TKey, TValue> collection);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CreateDictionary")]
    public static extern void CreateDictionary(KeyedCollection<TKey, TValue> collection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_comparer")]
    public static extern ref IEqualityComparer<TKey> Comparer(Lookup<TKey, TValue> lookup);
}

/// <summary>
/// Compares an object of .NET with a copy by all their fields, private ones too, transitively. If no field tells them apart, nothing does.
/// </summary>
internal sealed class FieldComparison
{
    private readonly HashSet<(Reference, Reference)> _compared = [];

    /// <summary>The path to the first field that differs; null if none does.</summary>
    public static string? Difference(object value, object copy) => new FieldComparison().Compare(value, copy, "");

    private string? Compare(object? one, object? other, string path)
    {
        if (ReferenceEquals(one, other))
        {
            return null;
        }

        if (one is null || other is null || one.GetType() != other.GetType() || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return path;
        }

        Type type = one.GetType();
        if (type.IsPrimitive || type.IsEnum || one is string or decimal or DateTime or TimeSpan or Guid)
        {
            return Refusals.IsPointerLike(type) || !one.Equals(other) ? path : null;
        }

        if (type.IsPointer || type.IsDefined(typeof(InlineArrayAttribute), inherit: false)
            || one is Pointer or Delegate or MemberInfo or System.Runtime.InteropServices.SafeHandle)
        {
            return path;
        }

        if (!type.IsValueType && !_compared.Add((new(one), new(other))))
        {
            return null;
        }

        return type.IsArray ? CompareArrays((Array)one, (Array)other, path) : CompareFields(type, one, other, path);
    }

    private string? CompareArrays(Array one, Array other, string path)
    {
        if (one.Rank != other.Rank
            || Enumerable.Range(0, one.Rank)
                .Any(i => one.GetLength(i) != other.GetLength(i) || one.GetLowerBound(i) != other.GetLowerBound(i)))
        {
            return path;
        }

        System.Collections.IEnumerator others = other.GetEnumerator();
        foreach (object? item in one)
        {
            others.MoveNext();
            if (Compare(item, others.Current, path) is { } different)
            {
                return different;
            }
        }

        return null;
    }

    private string? CompareFields(Type type, object one, object other, string path)
    {
        for (Type? at = type; at is not null; at = at.BaseType)
        {
            const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
            foreach (FieldInfo field in at.GetFields(own))
            {
                string below = path.Length == 0 ? FieldText.PlainName(field) : $"{path}.{FieldText.PlainName(field)}";
                if (field.FieldType.IsPointer || field.FieldType.IsByRefLike || field.FieldType.IsFunctionPointer)
                {
                    return below;
                }

                if (Compare(field.GetValue(one), field.GetValue(other), below) is { } different)
                {
                    return different;
                }
            }
        }

        return null;
    }

    private readonly struct Reference(object value) : IEquatable<Reference>
    {
        private readonly object _value = value;

        public bool Equals(Reference other) => ReferenceEquals(_value, other._value);

        public override bool Equals(object? obj) => obj is Reference other && Equals(other);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(_value);
    }
}

/// <summary>The visible state of objects of .NET: their public properties.</summary>
internal static class PublicProperties
{
    /// <summary>The first property that differs; null if none does.</summary>
    public static string? Difference<T>(T value, T copy)
    {
        foreach (PropertyInfo property in typeof(T).GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0
                && !IsSame(property.GetValue(value), property.GetValue(copy)))
            {
                return property.Name;
            }
        }

        return null;
    }

    /// <summary>The values of the settable properties, in order of declaration.</summary>
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
        .Where(static property => property is { GetMethod.IsPublic: true, SetMethod.IsPublic: true })
            .OrderBy(static property => property.MetadataToken);

    private static bool IsSame(object? one, object? other) =>
        one is null || other is null ? ReferenceEquals(one, other)
        : one is Array array
            ? other is Array others && array.Length == others.Length
                && array.Cast<object?>().Zip(others.Cast<object?>()).All(static pair => IsSame(pair.First, pair.Second))
        : one is IConvertible or IFormattable || one.GetType().GetMethod(nameof(Equals), [typeof(object)])!.DeclaringType != typeof(object)
            ? one.Equals(other)
        : one.GetType() == other.GetType();
}
