using System.Collections.ObjectModel;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>
/// Codec for collections that are created empty, with their comparer, and then filled. Their elements can refer to them, so cycles survive.
/// </summary>
internal abstract class FilledCodec : ObjectCodec
{
    /// <summary>The type of the constructor's parameter; null if it has none.</summary>
    public virtual Type? SetupType => null;

    public sealed override object Read(ref PayloadReader reader, int number)
    {
        object collection = Make(ReadSetup(ref reader));
        reader.SetObject(number, collection);
        Fill(ref reader, collection);
        return collection;
    }

    /// <summary>Reads the argument of the constructor.</summary>
    public virtual object? ReadSetup(ref PayloadReader reader) => null;

    /// <summary>Runs the collection's constructor on an object of a derived class, whose own constructors do not run.</summary>
    public virtual void Construct(object derived, Type collection, object? setup) =>
        collection.GetConstructor(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic,
            SetupType is null ? [] : [SetupType])!.Invoke(derived, SetupType is null ? [] : [setup]);

    /// <summary>Reads the elements.</summary>
    public abstract void Fill(ref PayloadReader reader, object collection);

    /// <summary>Does the work that needs the fields of a derived class.</summary>
    public virtual void Complete(object derived)
    {
    }

    protected abstract object Make(object? setup);
}

/// <summary>Codec for <see cref="List{T}"/>.</summary>
internal sealed class ListCodec<T> : FilledCodec
{
    public override void Write(PayloadWriter writer, object value)
    {
        Span<T> span = CollectionsMarshal.AsSpan((List<T>)value);
        writer.WriteVarint((ulong)span.Length);
        Elements<T>.Write(writer, ref MemoryMarshal.GetReference(span), span.Length);
    }

    public override void Fill(ref PayloadReader reader, object collection)
    {
        var list = (List<T>)collection;
        int count = reader.ReadCount(Elements<T>.MinimumBytes);
        CollectionsMarshal.SetCount(list, count);
        Elements<T>.Read(ref reader, ref MemoryMarshal.GetReference(CollectionsMarshal.AsSpan(list)), count);
    }

    protected override object Make(object? setup) => new List<T>();
}

/// <summary>
/// Codec for collections that take their elements one by one: the comparer if there is one, then the elements. The receiver rehashes them.
/// </summary>
/// <param name="items">The elements, in the order in which they are to be added to a copy.</param>
/// <param name="comparerOf">The comparer; null for collections that have none.</param>
/// <param name="make">Makes an empty collection; gets null for the default comparer.</param>
/// <param name="add">Adds an element.</param>
internal sealed class SequenceCodec<TCollection, TComparer, T>(
    Func<TCollection, IEnumerable<T>> items, Func<TCollection, TComparer?>? comparerOf, Func<TComparer?, TCollection> make,
    Action<TCollection, T> add) : FilledCodec
    where TCollection : class
    where TComparer : class
{
    public override Type? SetupType => comparerOf is null ? null : typeof(TComparer);

    public override void Write(PayloadWriter writer, object value)
    {
        var collection = (TCollection)value;
        if (comparerOf is not null)
        {
            Comparers.Write(writer, comparerOf(collection));
        }

        T[] array = [.. items(collection)];
        writer.WriteVarint((ulong)array.Length);
        Elements<T>.Write(writer, ref MemoryMarshal.GetArrayDataReference(array), array.Length);
    }

    public override object? ReadSetup(ref PayloadReader reader) => comparerOf is null ? null : Comparers.Read<TComparer>(ref reader);

    public override void Fill(ref PayloadReader reader, object collection)
    {
        foreach (T item in Elements<T>.ReadArray(ref reader))
        {
            add((TCollection)collection, item);
        }
    }

    protected override object Make(object? setup) => make((TComparer?)setup);
}

/// <summary>Codec for dictionaries: the comparer, then keys and values. The receiver rehashes them.</summary>
/// <remarks>
/// As with pickle, if a key refers to its own dictionary and its hash code depends on what it refers to, it is hashed before it is
/// complete.
/// </remarks>
/// <param name="entries">The entries, in any order.</param>
/// <param name="comparerOf">The comparer; null for the default one.</param>
/// <param name="make">Makes an empty dictionary; gets null for the default comparer.</param>
/// <param name="add">Adds an entry.</param>
internal sealed class MapCodec<TMap, TComparer, TKey, TValue>(
    Func<TMap, IEnumerable<KeyValuePair<TKey, TValue>>> entries,
    Func<TMap, TComparer?> comparerOf,
    Func<TComparer?, TMap> make,
    Action<TMap, TKey, TValue> add) : FilledCodec
    where TMap : class
    where TComparer : class
{
    public override Type SetupType => typeof(TComparer);

    public override void Write(PayloadWriter writer, object value)
    {
        var map = (TMap)value;
        Comparers.Write(writer, comparerOf(map));
        KeyValuePair<TKey, TValue>[] pairs = [.. entries(map)];
        writer.WriteVarint((ulong)pairs.Length);
        foreach ((TKey key, TValue item) in pairs)
        {
            try
            {
                PayloadCodec<TKey>.Instance.Write(writer, key);
                PayloadCodec<TValue>.Instance.Write(writer, item);
            }
            catch (PayloadException exception) when (exception.RecordStep(EntryText.Of(key)))
            {
                throw new UnreachableException();
            }
        }
    }

    public override object? ReadSetup(ref PayloadReader reader) => Comparers.Read<TComparer>(ref reader);

    public override void Fill(ref PayloadReader reader, object collection)
    {
        var map = (TMap)collection;
        int count = reader.ReadCount(2);
        for (int i = 0; i < count; i++)
        {
            TKey key = PayloadCodec<TKey>.Instance.Read(ref reader);
            add(map, key, PayloadCodec<TValue>.Instance.Read(ref reader));
        }
    }

    protected override object Make(object? setup) => make((TComparer?)setup);
}

/// <summary>Codec for what a class of the program inherits from <see cref="KeyedCollection{TKey, TItem}"/>.</summary>
internal sealed class KeyedCodec<TKey, TItem> : FilledCodec
    where TKey : notnull
{
    public override void Write(PayloadWriter writer, object value)
    {
        var collection = (KeyedCollection<TKey, TItem>)value;
        Comparers.Write(writer, collection.Comparer);
        writer.WriteRaw(PrivateMembers<TKey, TItem>.Threshold(collection));
        TItem[] items = [.. PrivateMembers<TItem>.Items(collection)];
        writer.WriteVarint((ulong)items.Length);
        Elements<TItem>.Write(writer, ref MemoryMarshal.GetArrayDataReference(items), items.Length);
    }

    public override object ReadSetup(ref PayloadReader reader) => new object?[]
    {
        Comparers.Read<IEqualityComparer<TKey>>(ref reader),
        reader.ReadRaw<int>() is int threshold and not int.MaxValue ? threshold : -1,
    };

    public override void Construct(object derived, Type collection, object? setup) =>
        collection.GetConstructor(
            BindingFlags.Instance | BindingFlags.NonPublic,
            [typeof(IEqualityComparer<TKey>), typeof(int)])!.Invoke(derived, (object?[])setup!);

    public override void Fill(ref PayloadReader reader, object collection)
    {
        IList<TItem> items = PrivateMembers<TItem>.Items((KeyedCollection<TKey, TItem>)collection);
        foreach (TItem item in Elements<TItem>.ReadArray(ref reader))
        {
            items.Add(item);
        }
    }

    /// <summary>Finds the keys, which only the derived class knows how to do.</summary>
    public override void Complete(object collection)
    {
        var keyed = (KeyedCollection<TKey, TItem>)collection;
        if (keyed.Count > PrivateMembers<TKey, TItem>.Threshold(keyed))
        {
            PrivateMembers<TKey, TItem>.CreateDictionary(keyed);
        }
        else
        {
            PrivateMembers<TKey, TItem>.KeyCount(keyed) = keyed.Count;
        }
    }

    protected override object Make(object? setup) => throw new UnreachableException();      // the class is abstract
}

/// <summary>
/// Codec for collections that are views of another collection, which may be referred to elsewhere too: they are created over it again.
/// </summary>
internal sealed class WrapperCodec<TWrapper, TInner>(Func<TWrapper, TInner> inner, Func<TInner, TWrapper> wrap) : FilledCodec
    where TWrapper : class
    where TInner : class
{
    public override Type SetupType => typeof(TInner);

    public override void Write(PayloadWriter writer, object value) => PayloadCodec<TInner>.Instance.Write(writer, inner((TWrapper)value));

    public override object ReadSetup(ref PayloadReader reader) =>
        PayloadCodec<TInner>.Instance.Read(ref reader)
            ?? throw PayloadException.Damaged($"a {TypeText.Of(typeof(TWrapper))} came without what it shows");

    public override void Fill(ref PayloadReader reader, object collection)
    {
    }

    protected override object Make(object? setup) => wrap((TInner)setup!);
}

/// <summary>
/// Codec for a program's class that derives from a collection of .NET: first the collection by its own codec, then the fields that the
/// class adds.
/// </summary>
/// <remarks>
/// No code of the class runs, except for the method that finds the keys of a
/// <see cref="System.Collections.ObjectModel.KeyedCollection{TKey, TItem}"/>: its overrides see only what happens later.
/// </remarks>
internal sealed class DerivedCodec(Type type, Type collection, FilledCodec inner) : ObjectCodec
{
    private FieldList? _fields;        // any thread; created at first use, published and read as in FieldsCodec

    private FieldList Fields => Volatile.Read(ref _fields) ?? (_fields = new FieldList(type, collection));

    public override void Write(PayloadWriter writer, object value)
    {
        inner.Write(writer, value);
        Fields.Write(writer, value);
    }

    public override object Read(ref PayloadReader reader, int number)
    {
        object? setup = inner.ReadSetup(ref reader);
        object value = RuntimeHelpers.GetUninitializedObject(type);
        inner.Construct(value, collection, setup);
        reader.SetObject(number, value);
        inner.Fill(ref reader, value);
        object arrived = Fields.Read(ref reader, value);
        inner.Complete(value);
        return arrived;
    }
}
