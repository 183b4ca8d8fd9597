using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Collections.Specialized;

namespace Braid.Multiprocessing;

/// <summary>The collections of .NET, one row each. A collection without a row is refused.</summary>
/// <remarks>Rows are found by name, so that a lookup does not load the assemblies of all of them.</remarks>
internal static class Collections
{
    private static readonly Dictionary<string, Func<ObjectCodec>> s_rows = new()
    {
        ["System.Collections.ArrayList"] = static () =>
            Sequence<ArrayList, object?>(static list => list.Cast<object?>(), static () => [], static (list, item) => list.Add(item)),
        ["System.Collections.Queue"] = static () => Sequence<System.Collections.Queue, object?>(
            static queue => queue.Cast<object?>(), static () => new(), static (queue, item) => queue.Enqueue(item)),
        ["System.Collections.Stack"] = static () => Sequence<System.Collections.Stack, object?>(
            static stack => stack.Cast<object?>().Reverse(), static () => new(), static (stack, item) => stack.Push(item)),
        ["System.Collections.Hashtable"] = static () =>
            Table<Hashtable, IEqualityComparer>(PrivateMembers.ComparerOf, static comparer => new Hashtable(comparer)),
        ["System.Collections.SortedList"] = static () =>
            Table<SortedList, IComparer>(static list => PrivateMembers.ComparerOf(list), static comparer => new SortedList(comparer)),
        ["System.Collections.BitArray"] = static () => Form<BitArray, (int Length, int[] Words)>(
            static bits =>
            {
                int[] words = new int[(int)(((uint)bits.Length + 31) / 32)];
                bits.CopyTo(words, 0);
                return (bits.Length, words);
            },
            static form => new BitArray(form.Words) { Length = form.Length }),
        ["System.Collections.Specialized.ListDictionary"] = static () => Table<ListDictionary, IComparer>(
            static list => PrivateMembers.ComparerOf(list), static comparer => new ListDictionary(comparer)),
        ["System.Collections.Specialized.StringCollection"] = static () => Sequence<StringCollection, string?>(
            static list => list.Cast<string?>(), static () => [], static (list, item) => list.Add(item)),
        ["System.Collections.Specialized.StringDictionary"] = static () => Sequence<StringDictionary, (string, string?)>(
            static map => map.Cast<DictionaryEntry>().Select(static entry => ((string)entry.Key, (string?)entry.Value)),
            static () => [],
            static (map, entry) => map.Add(entry.Item1, entry.Item2)),
        ["System.Collections.Specialized.HybridDictionary"] = static () => Form<HybridDictionary, (bool, DictionaryEntry[])>(
            static map => (PrivateMembers.IgnoresCase(map), [.. map.Cast<DictionaryEntry>()]),
            static form => Filled(new HybridDictionary(form.Item1), form.Item2)),
        ["System.Collections.Specialized.OrderedDictionary"] = static () =>
            Form<OrderedDictionary, (IEqualityComparer?, bool, DictionaryEntry[])>(
            static map => (PrivateMembers.ComparerOf(map), map.IsReadOnly, [.. map.Cast<DictionaryEntry>()]),
            static form =>
                form.Item2
                    ? Filled(new OrderedDictionary(form.Item1), form.Item3).AsReadOnly()
                    : Filled(new OrderedDictionary(form.Item1), form.Item3)),
        ["System.Collections.Specialized.NameValueCollection"] = static () =>
            Form<NameValueCollection, (IEqualityComparer, (string? Key, string[]? Values)[])>(PackNames, UnpackNames),
    };

    /// <summary>The codec of a collection of .NET; null for any other type.</summary>
    public static ObjectCodec? Find(Type type)
    {
        if (!Origin.IsFramework(type))
        {
            return null;
        }

        // frozen collections have many classes, none of them public
        Type shown = Origin.VisibleType(type) is { IsAbstract: true, IsConstructedGenericType: true } ancestor ? ancestor : type;
        if (!shown.IsGenericType)
        {
            return s_rows.TryGetValue(type.FullName!, out Func<ObjectCodec>? make) ? make() : null;
        }

        Type? grouped = type.Assembly != typeof(Enumerable).Assembly ? null
            : Array.Find(
                type.GetInterfaces(),
                static face =>
                    face.IsGenericType
                        && (face.GetGenericTypeDefinition() == typeof(ILookup<,>)
                            || face.GetGenericTypeDefinition() == typeof(IGrouping<,>)));
        return FindGeneric(grouped ?? shown);
    }

    /// <summary>The collection of .NET that a class of the program derives from, and its codec; null if it derives from none.</summary>
    public static (Type Collection, FilledCodec Codec)? FindBase(Type type)
    {
        for (Type? parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (Origin.IsFramework(parent))
            {
                return FindGeneric(parent) is FilledCodec codec ? (parent, codec) : null;
            }
        }

        return null;
    }

    public static ObjectCodec Form<T, TForm>(Func<T, TForm> pack, Func<TForm, T> unpack) =>
        new FormConverter<T, TForm>(pack, unpack).ForObjects(typeof(T));

    /// <summary>A collection without a comparer.</summary>
    public static SequenceCodec<TCollection, IComparer, T> Sequence<TCollection, T>(
        Func<TCollection, IEnumerable<T>> items, Func<TCollection> make, Action<TCollection, T> add)
        where TCollection : class => new(items, null, _ => make(), add);

    /// <summary>A non-generic dictionary.</summary>
    private static MapCodec<TTable, TComparer, object, object?> Table<TTable, TComparer>(
        Func<TTable, TComparer?> comparerOf, Func<TComparer?, TTable> make)
        where TTable : class, IDictionary
        where TComparer : class => new(
            static table =>
                table.Cast<DictionaryEntry>().Select(static entry => KeyValuePair.Create<object, object?>(entry.Key, entry.Value)),
            comparerOf,
            make,
            static (table, key, value) => table.Add(key, value));

    private static ObjectCodec? FindGeneric(Type type) => !type.IsConstructedGenericType ? null : type.GetGenericArguments() switch
    {
        [var item] =>
            (ObjectCodec?)typeof(CollectionsOf<>).MakeGenericType(item).GetMethod(nameof(CollectionsOf<int>.Find))!.Invoke(null, [type]),
        [var key, var value] =>
            (ObjectCodec?)typeof(CollectionsOf<,>).MakeGenericType(key, value)
                .GetMethod(nameof(CollectionsOf<int>.Find))!.Invoke(null, [type]),
        _ => null,
    };

    private static T Filled<T>(T map, DictionaryEntry[] entries)
        where T : IDictionary
    {
        foreach (DictionaryEntry entry in entries)
        {
            map.Add(entry.Key, entry.Value);
        }

        return map;
    }

    private static (IEqualityComparer, (string?, string[]?)[]) PackNames(NameValueCollection names)
    {
        if (PrivateMembers.IsReadOnly(names))
        {
            throw PayloadException.CannotTravel(
                typeof(NameValueCollection), "it is read-only, and a copy could be changed. Pass a copy: new NameValueCollection(it).");
        }

        return (PrivateMembers.ComparerOf(names), [.. Enumerable.Range(0, names.Count).Select(i => (names.GetKey(i), names.GetValues(i)))]);
    }

    private static NameValueCollection UnpackNames((IEqualityComparer Comparer, (string? Key, string[]? Values)[] Entries) form)
    {
        var names = new NameValueCollection(form.Comparer);
        foreach ((string? key, string[]? values) in form.Entries)
        {
            if (values is null)
            {
                names.Add(key, null);
            }

            foreach (string value in values ?? [])
            {
                names.Add(key, value);
            }
        }

        return names;
    }
}

/// <summary>The collections of .NET with one type argument.</summary>
internal static class CollectionsOf<T>
{
    private static readonly Dictionary<string, Func<ObjectCodec>> s_rows = new()
    {
        ["System.Collections.Generic.HashSet`1"] = static () => new SequenceCodec<HashSet<T>, IEqualityComparer<T>, T>(
            static set => set, static set => set.Comparer, static comparer => new(comparer), static (set, item) => set.Add(item)),
        ["System.Collections.Generic.SortedSet`1"] = static () => new SequenceCodec<SortedSet<T>, IComparer<T>, T>(
            static set => set, static set => set.Comparer, static comparer => new(comparer), static (set, item) => set.Add(item)),
        ["System.Collections.Generic.Queue`1"] = static () => Collections.Sequence<System.Collections.Generic.Queue<T>, T>(
            static queue => queue, static () => new(), static (queue, item) => queue.Enqueue(item)),
        ["System.Collections.Generic.Stack`1"] = static () => Collections.Sequence<Stack<T>, T>(
            static stack => stack.Reverse(), static () => new(), static (stack, item) => stack.Push(item)),
        ["System.Collections.Generic.LinkedList`1"] = static () =>
            Collections.Sequence<LinkedList<T>, T>(static list => list, static () => new(), static (list, item) => list.AddLast(item)),
        ["System.Collections.Concurrent.ConcurrentQueue`1"] = static () => Collections.Sequence<ConcurrentQueue<T>, T>(
            static queue => queue, static () => new(), static (queue, item) => queue.Enqueue(item)),
        ["System.Collections.Concurrent.ConcurrentStack`1"] = static () => Collections.Sequence<ConcurrentStack<T>, T>(
            static stack => stack.Reverse(), static () => new(), static (stack, item) => stack.Push(item)),
        ["System.Collections.Concurrent.ConcurrentBag`1"] = static () =>
            Collections.Sequence<ConcurrentBag<T>, T>(static bag => bag.Reverse(), static () => [], static (bag, item) => bag.Add(item)),
        ["System.Collections.ObjectModel.Collection`1"] = static () =>
            new WrapperCodec<Collection<T>, IList<T>>(PrivateMembers<T>.Items, static list => new(list)),
        ["System.Collections.ObjectModel.ObservableCollection`1"] = static () => Collections.Sequence<ObservableCollection<T>, T>(
            UnobservedItems, static () => [], static (list, item) => PrivateMembers<T>.Items(list).Add(item)),
        ["System.Collections.ObjectModel.ReadOnlyCollection`1"] = static () =>
            new WrapperCodec<ReadOnlyCollection<T>, IList<T>>(PrivateMembers<T>.Items, static list => new(list)),
        ["System.Collections.ObjectModel.ReadOnlyObservableCollection`1"] = static () =>
            new WrapperCodec<ReadOnlyObservableCollection<T>, ObservableCollection<T>>(
            static view => (ObservableCollection<T>)PrivateMembers<T>.Items((ReadOnlyCollection<T>)view), static list => new(list)),
        ["System.Collections.ObjectModel.ReadOnlySet`1"] = static () =>
            new WrapperCodec<ReadOnlySet<T>, ISet<T>>(PrivateMembers<T>.Set, static set => new(set)),
        ["System.Collections.Immutable.ImmutableList`1"] = static () =>
            Collections.Form<ImmutableList<T>, T[]>(static list => [.. list], static items => [.. items]),
        ["System.Collections.Immutable.ImmutableQueue`1"] = static () =>
            Collections.Form<ImmutableQueue<T>, T[]>(static queue => [.. queue], static items => [.. items]),
        ["System.Collections.Immutable.ImmutableStack`1"] = static () => Collections.Form<ImmutableStack<T>, T[]>(
            static stack => [.. stack.Reverse()], static items => ImmutableStack.CreateRange(items.AsEnumerable())),
        ["System.Collections.Immutable.ImmutableHashSet`1"] = static () =>
            Collections.Form<ImmutableHashSet<T>, Compared<IEqualityComparer<T>, T>>(
            static set => new(set.KeyComparer, [.. set]), static form => ImmutableHashSet.CreateRange(form.Comparer, form.Items)),
        ["System.Collections.Immutable.ImmutableSortedSet`1"] = static () =>
            Collections.Form<ImmutableSortedSet<T>, Compared<IComparer<T>, T>>(
            static set => new(set.KeyComparer, [.. set]), static form => ImmutableSortedSet.CreateRange(form.Comparer, form.Items)),
        ["System.Collections.Frozen.FrozenSet`1"] = static () => Collections.Form<FrozenSet<T>, Compared<IEqualityComparer<T>, T>>(
            static set => new(set.Comparer, [.. set]), static form => form.Items.ToFrozenSet(form.Comparer)),
        ["System.Lazy`1"] = static () => Collections.Form<Lazy<T>, T>(
            static lazy =>
                lazy.IsValueCreated
                    ? lazy.Value
                    : throw PayloadException.CannotTravel(
                        typeof(Lazy<T>),
                        "its value has not been made yet, and how it is made is known here only. Ask for its Value first, or pass the " +
                        "function that makes it."),
            static value => new Lazy<T>(value)),
    };

    public static ObjectCodec? Find(Type collection) =>
        collection == typeof(List<T>) ? new ListCodec<T>()
        : s_rows.TryGetValue(collection.GetGenericTypeDefinition().FullName!, out Func<ObjectCodec>? make) ? make()
        : null;

    /// <summary>The items of the collection. Refused if there are listeners, which would listen only in this process.</summary>
    private static IList<T> UnobservedItems(ObservableCollection<T> collection) =>
        HasListeners(PrivateMembers<T>.CollectionChanged(collection)) || HasListeners(PrivateMembers<T>.PropertyChanged(collection))
            ? throw PayloadException.CannotTravel(
                collection.GetType(),
                "something in this process listens to its changes, and would not be notified of those in the receiver. Pass an array or " +
                "a list of its elements.")
            : PrivateMembers<T>.Items(collection);

    /// <summary>Whether it has listeners other than read-only views, which are recreated wherever they travel too.</summary>
    private static bool HasListeners(Delegate? listeners) =>
        listeners?.GetInvocationList().Any(static listener => listener.Target is not ReadOnlyObservableCollection<T>) == true;
}

/// <summary>The collections of .NET with two type arguments.</summary>
internal static class CollectionsOf<TKey, TValue>
    where TKey : notnull
{
    private static readonly Dictionary<string, Func<ObjectCodec>> s_rows = new()
    {
        ["System.Collections.Generic.SortedDictionary`2"] = static () =>
            new MapCodec<SortedDictionary<TKey, TValue>, IComparer<TKey>, TKey, TValue>(
            static map => map,
            static map => map.Comparer,
            static comparer => new(comparer),
            static (map, key, value) => map.Add(key, value)),
        ["System.Collections.Generic.SortedList`2"] = static () => new MapCodec<SortedList<TKey, TValue>, IComparer<TKey>, TKey, TValue>(
            static map => map,
            static map => map.Comparer,
            static comparer => new(comparer),
            static (map, key, value) => map.Add(key, value)),
        ["System.Collections.Generic.OrderedDictionary`2"] = static () =>
            new MapCodec<System.Collections.Generic.OrderedDictionary<TKey, TValue>, IEqualityComparer<TKey>, TKey, TValue>(
            static map => map,
            static map => map.Comparer,
            static comparer => new(comparer),
            static (map, key, value) => map.Add(key, value)),
        ["System.Collections.Concurrent.ConcurrentDictionary`2"] = static () =>
            new MapCodec<ConcurrentDictionary<TKey, TValue>, IEqualityComparer<TKey>, TKey, TValue>(
            static map => map,
            static map => map.Comparer,
            static comparer => new(comparer ?? EqualityComparer<TKey>.Default),
            static (map, key, value) => map.TryAdd(key, value)),
        ["System.Collections.ObjectModel.ReadOnlyDictionary`2"] = static () =>
            new WrapperCodec<ReadOnlyDictionary<TKey, TValue>, IDictionary<TKey, TValue>>(
                PrivateMembers<TKey, TValue>.Dictionary, static map => new(map)),
        ["System.Collections.ObjectModel.KeyedCollection`2"] = static () => new KeyedCodec<TKey, TValue>(),
        ["System.Collections.Generic.PriorityQueue`2"] = static () =>
            Collections.Form<PriorityQueue<TKey, TValue>, Compared<IComparer<TValue>, (TKey, TValue)>>(
            static queue => new(queue.Comparer, [.. queue.UnorderedItems]),
            static form => new PriorityQueue<TKey, TValue>(form.Items, form.Comparer)),
        ["System.Collections.Immutable.ImmutableDictionary`2"] = static () => Collections.Form<
            ImmutableDictionary<TKey, TValue>, (IEqualityComparer<TValue>, Compared<IEqualityComparer<TKey>, KeyValuePair<TKey, TValue>>)>(
            static map => (map.ValueComparer, new(map.KeyComparer, [.. map])),
            static form => ImmutableDictionary.CreateRange(form.Item2.Comparer, form.Item1, form.Item2.Items)),
        ["System.Collections.Immutable.ImmutableSortedDictionary`2"] = static () => Collections.Form<
            ImmutableSortedDictionary<TKey, TValue>, (IEqualityComparer<TValue>, Compared<IComparer<TKey>, KeyValuePair<TKey, TValue>>)>(
            static map => (map.ValueComparer, new(map.KeyComparer, [.. map])),
            static form => ImmutableSortedDictionary.CreateRange(form.Item2.Comparer, form.Item1, form.Item2.Items)),
        ["System.Collections.Frozen.FrozenDictionary`2"] = static () =>
            Collections.Form<FrozenDictionary<TKey, TValue>, Compared<IEqualityComparer<TKey>, KeyValuePair<TKey, TValue>>>(
            static map => new(map.Comparer, [.. map]), static form => form.Items.ToFrozenDictionary(form.Comparer)),
        ["System.Linq.ILookup`2"] = static () =>
            Collections.Form<ILookup<TKey, TValue>, Compared<IEqualityComparer<TKey>, (TKey Key, TValue[] Items)>>(
            static lookup =>
                new(
                    lookup is Lookup<TKey, TValue> known ? PrivateMembers<TKey, TValue>.Comparer(known) : null,
                    [.. lookup.Select(static group => (group.Key, group.ToArray()))]),
            static form =>
                form.Items.SelectMany(static group => group.Items.Select(item => (group.Key, item)))
                    .ToLookup(static pair => pair.Key, static pair => pair.item, form.Comparer)),
        ["System.Linq.IGrouping`2"] = static () => Collections.Form<IGrouping<TKey, TValue>, (TKey Key, TValue[] Items)>(
            static group => (group.Key, [.. group]), static form => form.Items.ToLookup(_ => form.Key).First()),
    };

    public static ObjectCodec? Find(Type collection) =>
        collection == typeof(Dictionary<TKey, TValue>) ? new MapCodec<Dictionary<TKey, TValue>, IEqualityComparer<TKey>, TKey, TValue>(
            static map => map,
            static map => map.Comparer,
            static comparer => new(comparer),
            static (map, key, value) => map.Add(key, value))
        : s_rows.TryGetValue(collection.GetGenericTypeDefinition().FullName!, out Func<ObjectCodec>? make) ? make()
        : null;
}
