using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The way of collections that take their elements one by one.</summary>
/// <param name="items">The elements, in the order in which a copy is to get them.</param>
/// <param name="make">An empty one.</param>
/// <param name="add">Adds an element.</param>
internal sealed class SequenceCodec<TCollection, T>(Func<TCollection, IEnumerable<T>> items, Func<TCollection> make, Action<TCollection, T> add) : FilledCodec
    where TCollection : class
{
    public override void Write(PayloadWriter writer, object value)
    {
        T[] array = [.. items((TCollection)value)];
        writer.WriteVarint((ulong)array.Length);
        Elements<T>.Write(writer, ref MemoryMarshal.GetArrayDataReference(array), array.Length);
    }

    public override void Fill(ref PayloadReader reader, object collection)
    {
        int count = reader.ReadCount(Elements<T>.MinimumBytes);
        for (int i = 0; i < count; i++)
        {
            add((TCollection)collection, PayloadCodec<T>.Instance.Read(ref reader));
        }
    }

    protected override object Make(object? setup) => make();
}
