namespace Braid.Threading;

/// <summary>Something held until the end of a <c>using</c> block: Python's <c>with lock:</c>.</summary>
public readonly ref struct Scope
{
    private readonly Lock? _lock;        // the commonest case, without an interface between
    private readonly IScoped? _other;

    internal Scope(Lock held) => _lock = held;

    internal Scope(IScoped held) => _other = held;

    /// <summary>Releases what is held.</summary>
    public void Dispose()
    {
        if (_lock is not null)
        {
            _lock.Release();
        }
        else
        {
            _other!.Release();
        }
    }
}

/// <summary>Something acquired by an await and held until the end of a <c>using</c> block: Python's <c>async with lock:</c>.</summary>
public readonly struct AsyncScope : IDisposable, IEquatable<AsyncScope>
{
    private readonly IScoped _held;

    internal AsyncScope(IScoped held) => _held = held;

    /// <summary>Releases what is held.</summary>
    public void Dispose() => _held.Release();

    /// <inheritdoc/>
    public bool Equals(AsyncScope other) => ReferenceEquals(_held, other._held);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AsyncScope other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(_held);

    /// <summary>Whether both hold the same thing.</summary>
    public static bool operator ==(AsyncScope left, AsyncScope right) => left.Equals(right);

    /// <summary>Whether they hold different things.</summary>
    public static bool operator !=(AsyncScope left, AsyncScope right) => !left.Equals(right);
}

/// <summary>What a scope gives back at its end.</summary>
internal interface IScoped
{
    void Release();
}
