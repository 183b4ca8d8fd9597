using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The values of a ThreadLocal, one per controlled thread.</summary>
/// <remarks>
/// Controlled threads take turns on the threads of a pool, so the real object's values, which belong to those threads, are never used.
/// </remarks>
internal sealed class ThreadLocalResource<T>(Func<T>? factory, bool tracksAll) : Resource
{
    private readonly List<StrongBox<T>> _all = [];
    private readonly HashSet<ControlledThread> _making = [];
    private bool _isDisposed;

    public override string Noun => "thread local";

    public bool IsCreated(ControlledThread thread)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(ThreadLocal<T>));
        return thread.Locals.ContainsKey(this);
    }

    public T Get(ControlledThread thread)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(ThreadLocal<T>));
        if (thread.Locals.TryGetValue(this, out object? box))
        {
            return ((StrongBox<T>)box!).Value!;
        }

        if (factory is null)
        {
            return Set(thread, default!);
        }

        if (!_making.Add(thread))
        {
            throw new InvalidOperationException("ValueFactory attempted to access the Value property of this instance.");
        }

        try
        {
            return Set(thread, factory());
        }
        finally
        {
            _making.Remove(thread);
        }
    }

    public T Set(ControlledThread thread, T value)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(ThreadLocal<T>));
        if (thread.Locals.TryGetValue(this, out object? box))
        {
            ((StrongBox<T>)box!).Value = value;
            return value;
        }

        var made = new StrongBox<T>(value);
        thread.Locals[this] = made;
        if (tracksAll)
        {
            _all.Add(made);
        }

        return value;
    }

    /// <summary>The values of all threads, including those that have ended, the newest first.</summary>
    public IList<T> Values()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(ThreadLocal<T>));
        return tracksAll
            ? [.. Enumerable.Reverse(_all).Select(box => box.Value!)]
            : throw new InvalidOperationException(
                "The ThreadLocal object is not tracking values. To use the Values property, use a ThreadLocal constructor that accepts " +
                "the trackAllValues parameter and set the parameter to true.");
    }

    public void Dispose() => _isDisposed = true;
}
