namespace Braid.Multiprocessing;

/// <summary>
/// One value that several processes read and write: a <see cref="Value{T}"/>, or a <see cref="RawValue{T}"/> without a lock.
/// </summary>
/// <typeparam name="T">A type without references: a number, a <see cref="bool"/>, an enum, a struct of such.</typeparam>
public abstract class SharedValue<T> : IDisposable
    where T : unmanaged
{
    private protected SharedValue()
    {
    }

    /// <summary>The value. A read sees everything written before the write that it reads.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public T Value
    {
        get => Read();
        set => Write(value);
    }

    /// <summary>Closes the value in this process; it remains usable in others. May be called again.</summary>
    public abstract void Dispose();

    private protected abstract T Read();

    private protected abstract void Write(T value);
}
