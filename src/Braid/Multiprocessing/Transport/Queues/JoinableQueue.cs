namespace Braid.Multiprocessing;

/// <summary>
/// A <see cref="Queue{T}"/> under the name that Python programmers expect if they use <see cref="Queue{T}.TaskDone"/> and
/// <see cref="Queue{T}.Join"/>. Every queue has these members.
/// </summary>
/// <remarks>Python counterpart: <c>multiprocessing.JoinableQueue</c>; the count has 64 bits and so no limit.</remarks>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class JoinableQueue<T> : Queue<T>, IShared<JoinableQueue<T>>
{
    /// <inheritdoc/>
    public JoinableQueue(int maxsize = 0)
        : base(maxsize)
    {
    }

    private JoinableQueue(Segment segment)
        : base(segment)
    {
    }

    static JoinableQueue<T> IShared<JoinableQueue<T>>.Over(Segment segment) => new(segment);
}
