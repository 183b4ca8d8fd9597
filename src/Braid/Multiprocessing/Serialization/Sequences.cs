using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace Braid.Multiprocessing;

/// <summary>The collections of .NET that are made from a sequence of their elements.</summary>
internal static class Sequences<T>
{
    private static readonly Dictionary<Type, Func<T[], object>> s_makers = new()
    {
        [typeof(System.Collections.Generic.Queue<T>)] = items => new System.Collections.Generic.Queue<T>(items),
        [typeof(Stack<T>)] = items => new Stack<T>(items.AsEnumerable().Reverse()),
        [typeof(LinkedList<T>)] = items => new LinkedList<T>(items),
        [typeof(ConcurrentQueue<T>)] = items => new ConcurrentQueue<T>(items),
        [typeof(ConcurrentStack<T>)] = items => new ConcurrentStack<T>(items.AsEnumerable().Reverse()),
        [typeof(ConcurrentBag<T>)] = items => new ConcurrentBag<T>(items.AsEnumerable().Reverse()),
        [typeof(Collection<T>)] = items => new Collection<T>([.. items]),
        [typeof(ReadOnlyCollection<T>)] = items => new ReadOnlyCollection<T>(items),
        [typeof(ObservableCollection<T>)] = items => new ObservableCollection<T>(items),
        [typeof(ImmutableList<T>)] = items => ImmutableList.Create(items),
        [typeof(ImmutableQueue<T>)] = items => ImmutableQueue.Create(items),
        [typeof(ImmutableStack<T>)] = items => ImmutableStack.CreateRange(items.AsEnumerable().Reverse()),
    };

    public static ObjectCodec? CodecFor(Type collection) => s_makers.TryGetValue(collection, out Func<T[], object>? make) ? new SequenceCodec<T>(make) : null;
}
