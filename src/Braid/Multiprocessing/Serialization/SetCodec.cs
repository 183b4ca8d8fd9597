namespace Braid.Multiprocessing;

/// <summary>The way of sets: the comparer, then the elements. The receiver hashes anew.</summary>
internal abstract class SetCodec<TSet, T> : ObjectCodec
    where TSet : class, ISet<T>
{
    public sealed override void Write(PayloadWriter writer, object value)
    {
        var set = (TSet)value;
        Comparers.Write<T>(writer, ComparerOf(set), value.GetType());
        T[] items = [.. set];
        writer.WriteVarint((ulong)items.Length);
        Elements<T>.Write(writer, ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(items), items.Length);
    }

    public sealed override object Read(ref PayloadReader reader, int number)
    {
        TSet set = Make(Comparers.Read(ref reader));
        reader.SetObject(number, set);
        int count = reader.ReadCount(Elements<T>.MinimumBytes);
        for (int i = 0; i < count; i++)
        {
            set.Add(PayloadCodec<T>.Instance.Read(ref reader));
        }

        return set;
    }

    protected abstract object ComparerOf(TSet set);

    protected abstract TSet Make(StringComparer? comparer);
}
