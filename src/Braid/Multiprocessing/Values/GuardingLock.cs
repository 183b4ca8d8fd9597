using Braid.Threading;

namespace Braid.Multiprocessing;

/// <summary>The lock that guards shared values in this process: their own, or one that they were given.</summary>
internal sealed class GuardingLock
{
    private readonly IClosable? _made;   // the lock object, if it was created here
    private int _disposed;   // by exchange

    private GuardingLock(ILock guard, IClosable? made, bool isOwn) =>
        (Lock, _made, Companion) = (guard, made, isOwn ? null : (IShared)guard);

    public ILock Lock { get; }

    /// <summary>The given lock, which travels with the values; null if they have their own.</summary>
    public IShared? Companion { get; }

    /// <summary>Chooses the lock of values that were just created, and are not shared yet.</summary>
    /// <param name="segment">The segment of the values.</param>
    /// <param name="given">The lock to guard them, which they keep open; null for one of their own.</param>
    public static GuardingLock Choose(Segment segment, ILock? given)
    {
        if (given is null)
        {
            return OwnOf(segment);
        }

        ((IShared)given).Segment.AddReference();
        return new GuardingLock(given, made: null, isOwn: false);
    }

    /// <summary>The lock of values that another process created, with a lock of their own.</summary>
    public static GuardingLock OwnOf(Segment segment)
    {
        var own = new RLock(segment, offset: 0);
        return new GuardingLock(own, own, isOwn: true);
    }

    /// <summary>Attaches to values of another process that were given a lock, which has travelled with them.</summary>
    public static GuardingLock Of(IShared companion) => new((ILock)companion, (IClosable)companion, isOwn: false);

    /// <exception cref="ArgumentException">
    /// The lock exists in this process alone, or is of a kind that cannot travel with values.
    /// </exception>
    public static void Check(ILock? given)
    {
        if (given is not (null or Multiprocessing.Lock or RLock))
        {
            throw new ArgumentException(
                $"A {given.GetType()} cannot guard shared values: give a {typeof(Lock)}, a {typeof(RLock)}, or the Lock of other values.",
                nameof(given));
        }
    }

    /// <summary>
    /// Acquires for one step. A caller that takes over from a dead process gets an exception, and does not keep the lock.
    /// </summary>
    /// <exception cref="AbandonedLockException">The process that held it died. It is not held.</exception>
    public Scope EnterStep()
    {
        try
        {
            return EnterScope(CancellationToken.None);
        }
        catch (AbandonedLockException)
        {
            Lock.Release();
            throw;
        }
    }

    public Scope EnterScope(CancellationToken token) => Scope.Enter((IScoped)Lock, token);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)   // closed once
        {
            return;
        }

        if (_made is not null)
        {
            _made.Close();
        }
        else
        {
            Companion!.Segment.Release();
        }
    }
}
