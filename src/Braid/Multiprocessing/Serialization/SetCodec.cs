using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The way of sets: the comparer, then the elements. The receiver hashes anew.</summary>
internal sealed class SetCodec<TSet, TComparer, T>(Func<TSet, TComparer> comparerOf, Func<TComparer?, TSet> make, Action<TSet, T> add) : FilledCodec
    where TSet : class, IEnumerable<T>
    where TComparer : class
{
    public override Type SetupType => typeof(TComparer);

    public override void Write(PayloadWriter writer, object value)
    {
        var set = (TSet)value;
        Comparers.Write(writer, comparerOf(set));
        T[] items = [.. set];
        writer.WriteVarint((ulong)items.Length);
        Elements<T>.Write(writer, ref MemoryMarshal.GetArrayDataReference(items), items.Length);
    }

    public override object? ReadSetup(ref PayloadReader reader) => Comparers.Read<TComparer>(ref reader);

    public override void Fill(ref PayloadReader reader, object collection)
    {
        int count = reader.ReadCount(Elements<T>.MinimumBytes);
        for (int i = 0; i < count; i++)
        {
            add((TSet)collection, PayloadCodec<T>.Instance.Read(ref reader));
        }
    }

    protected override object Make(object? setup) => make((TComparer?)setup);
}
