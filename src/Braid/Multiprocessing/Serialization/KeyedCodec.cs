using System.Collections.ObjectModel;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The way of what a class of the program inherits from <see cref="KeyedCollection{TKey, TItem}"/>.</summary>
internal sealed class KeyedCodec<TKey, TItem> : FilledCodec
    where TKey : notnull
{
    public override void Write(PayloadWriter writer, object value)
    {
        var collection = (KeyedCollection<TKey, TItem>)value;
        Comparers.Write(writer, collection.Comparer);
        writer.WriteRaw(InnerParts<TKey, TItem>.Threshold(collection));
        TItem[] items = [.. InnerParts<TItem>.Items(collection)];
        writer.WriteVarint((ulong)items.Length);
        Elements<TItem>.Write(writer, ref MemoryMarshal.GetArrayDataReference(items), items.Length);
    }

    public override object ReadSetup(ref PayloadReader reader) => new object?[] { Comparers.Read<IEqualityComparer<TKey>>(ref reader), reader.ReadRaw<int>() is int threshold and not int.MaxValue ? threshold : -1 };

    public override void Construct(object derived, Type collection, object? setup) =>
        collection.GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, [typeof(IEqualityComparer<TKey>), typeof(int)])!.Invoke(derived, (object?[])setup!);

    public override void Fill(ref PayloadReader reader, object collection)
    {
        IList<TItem> items = InnerParts<TItem>.Items((KeyedCollection<TKey, TItem>)collection);
        int count = reader.ReadCount(Elements<TItem>.MinimumBytes);
        for (int i = 0; i < count; i++)
        {
            items.Add(PayloadCodec<TItem>.Instance.Read(ref reader));
        }
    }

    /// <summary>Finds the keys, which only the derived class knows.</summary>
    public override void Complete(object collection)
    {
        var keyed = (KeyedCollection<TKey, TItem>)collection;
        if (keyed.Count > InnerParts<TKey, TItem>.Threshold(keyed))
        {
            InnerParts<TKey, TItem>.CreateDictionary(keyed);
        }
        else
        {
            InnerParts<TKey, TItem>.KeyCount(keyed) = keyed.Count;
        }
    }

    protected override object Make(object? setup) => throw new UnreachableException();      // the class is abstract
}
