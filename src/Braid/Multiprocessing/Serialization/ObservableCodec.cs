using System.Collections.ObjectModel;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="ObservableCollection{T}"/>: its elements. Those who listen to its changes listen here only.</summary>
internal sealed class ObservableCodec<T> : FilledCodec
{
    public override void Write(PayloadWriter writer, object value)
    {
        var collection = (ObservableCollection<T>)value;
        if (IsHeard(InnerParts<T>.CollectionChanged(collection)) || IsHeard(InnerParts<T>.PropertyChanged(collection)))
        {
            throw PayloadException.CannotTravel(value.GetType(), "something in this process listens to its changes, and would not hear of those over there. Pass an array or a list of its elements.");
        }

        T[] items = [.. InnerParts<T>.Items(collection)];
        writer.WriteVarint((ulong)items.Length);
        Elements<T>.Write(writer, ref MemoryMarshal.GetArrayDataReference(items), items.Length);
    }

    public override void Fill(ref PayloadReader reader, object collection)
    {
        IList<T> items = InnerParts<T>.Items((ObservableCollection<T>)collection);
        int count = reader.ReadCount(Elements<T>.MinimumBytes);
        for (int i = 0; i < count; i++)
        {
            items.Add(PayloadCodec<T>.Instance.Read(ref reader));
        }
    }

    /// <summary>Whether anything listens but read-only views, which are made anew where they travel too.</summary>
    private static bool IsHeard(Delegate? listeners) => listeners?.GetInvocationList().Any(static listener => listener.Target is not ReadOnlyObservableCollection<T>) == true;

    protected override object Make(object? setup) => new ObservableCollection<T>();
}
