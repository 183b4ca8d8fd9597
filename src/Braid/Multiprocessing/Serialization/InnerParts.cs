using System.Collections;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.ComponentModel;
using System.Globalization;

namespace Braid.Multiprocessing;

/// <summary>What collections of .NET keep to themselves, or show to derived classes only, and a copy needs. A runtime without one of them fails the write that asks for it.</summary>
internal static class InnerParts
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

/// <inheritdoc cref="InnerParts"/>
internal static class InnerParts<T>
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

/// <inheritdoc cref="InnerParts"/>
internal static class InnerParts<TKey, TValue>
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
