using System.Runtime.ExceptionServices;

namespace Braid.Futures;

/// <summary>
/// Reads a source in chunks of several items, and loses none if the source fails: the items before come first, then the exception.
/// </summary>
internal static class Chunks
{
    public static IEnumerable<T[]> Of<T>(IEnumerable<T> source, int size)
    {
        using IEnumerator<T> items = source.GetEnumerator();
        bool isFull;
        ExceptionDispatchInfo? failure;
        do
        {
            T[] chunk = Read(items, size, out failure);
            isFull = chunk.Length == size;
            if (chunk.Length > 0)
            {
                yield return chunk;
            }
        }
        while (isFull && failure is null);
        failure?.Throw();
    }

    private static T[] Read<T>(IEnumerator<T> items, int size, out ExceptionDispatchInfo? failure)
    {
        var chunk = new List<T>();
        failure = null;
        try
        {
            while (chunk.Count < size && items.MoveNext())
            {
                chunk.Add(items.Current);
            }
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        return [.. chunk];
    }
}
