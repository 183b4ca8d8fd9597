namespace Braid.Threading;

/// <summary>An object held until the end of a <c>using</c> block: Python's <c>with lock:</c>.</summary>
/// <remarks>It releases once: disposing it again, or a copy of it, does nothing.</remarks>
public readonly ref struct Scope
{
    private readonly IScoped? _held;   // null in a default value
    private readonly Hold _hold;
    private readonly long _number;

    private Scope(IScoped held)
    {
        _held = held;
        _hold = Hold.Begin(out _number);
    }

    /// <summary>Acquires, and begins a scope.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Scope Enter(IScoped held, CancellationToken token)
    {
        IScoped.Begin(held, token);
        return new Scope(held);
    }

    /// <summary>Releases the object; a second call, or a call on a default value, does nothing.</summary>
    public void Dispose()
    {
        if (_held is not null && _hold.TryEndHere(_number))
        {
            IScoped.End(_held);
        }
    }
}

/// <summary>An object acquired by an await and held until the end of a <c>using</c> block: Python's <c>async with lock:</c>.</summary>
/// <remarks>It releases once: disposing it again, or a copy of it, does nothing, even from several threads at once.</remarks>
public readonly struct AsyncScope : IDisposable, IEquatable<AsyncScope>
{
    private readonly IScoped? _held;   // null in a default value
    private readonly Hold _hold;
    private readonly long _number;

    internal AsyncScope(IScoped held)
    {
        _held = held;
        _hold = Hold.Begin(out _number);
    }

    /// <summary>Begins a scope once the acquisition has ended, without a state machine if it has ended at once.</summary>
    internal static ValueTask<AsyncScope> EnterAsync(IScoped held, ValueTask acquisition)
    {
        if (!acquisition.IsCompletedSuccessfully)
        {
            return EnterLaterAsync(held, acquisition);
        }

        acquisition.GetAwaiter().GetResult();
        return new ValueTask<AsyncScope>(new AsyncScope(held));
    }

    /// <summary>Releases the object; a second call, or a call on a default value, does nothing.</summary>
    public void Dispose()
    {
        if (_held is not null && _hold.TryEnd(_number))
        {
            IScoped.End(_held);
        }
    }

    /// <summary>Whether the other is a copy of this one.</summary>
    public bool Equals(AsyncScope other) => ReferenceEquals(_hold, other._hold) && _number == other._number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AsyncScope other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_hold, _number);

    /// <summary>Whether one is a copy of the other.</summary>
    public static bool operator ==(AsyncScope left, AsyncScope right) => left.Equals(right);

    /// <summary>Whether they belong to different acquisitions.</summary>
    public static bool operator !=(AsyncScope left, AsyncScope right) => !left.Equals(right);

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private static async ValueTask<AsyncScope> EnterLaterAsync(IScoped held, ValueTask acquisition)
    {
        await acquisition.ConfigureAwait(false);
        return new AsyncScope(held);
    }
}

/// <summary>An object that a scope acquires at its beginning and releases at its end.</summary>
internal interface IScoped
{
    void Acquire(CancellationToken token);

    void Release();

    /// <summary>Acquires at the beginning of a scope.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Begin(IScoped held, CancellationToken token)
    {
        if (held is Lock mutex)   // the commonest case, without an interface call
        {
            mutex.Acquire(token);
        }
        else
        {
            held.Acquire(token);
        }
    }

    /// <summary>Releases at the end of a scope.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void End(IScoped held)
    {
        if (held is Lock mutex)   // the commonest case, without an interface call
        {
            mutex.Release();
        }
        else
        {
            held.Release();
        }
    }
}
