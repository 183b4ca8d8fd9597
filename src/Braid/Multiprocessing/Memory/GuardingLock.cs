using Braid.Threading;

namespace Braid.Multiprocessing;

/// <summary>Which lock guards shared values; written into their segment.</summary>
internal enum SharedLockKind
{
    Own,     // an RLock at the beginning of the values' own segment
    Lock,
    RLock,
}

/// <summary>The lock that guards shared values in this process: their own, or one that they were given.</summary>
internal sealed class GuardingLock
{
    private readonly IDisposable? _made;   // the lock's object, where it was made here
    private int _disposed;   // by exchange

    private GuardingLock(ILock guard, IDisposable? made, Segment? companion) => (Lock, _made, Companion) = (guard, made, companion);

    public ILock Lock { get; }

    /// <summary>The segment of a lock that was given. A reference to it is kept here.</summary>
    public Segment? Companion { get; }

    /// <summary>The lock of values that were just made, and are nobody else's yet.</summary>
    /// <param name="segment">Theirs.</param>
    /// <param name="given">The lock to guard them; null for one of their own.</param>
    public static GuardingLock Choose(Segment segment, ILock? given)
    {
        if (given is null)
        {
            return OwnOf(segment);
        }

        Segment companion = ((IShared)given).Segment;
        companion.AddReference();
        ref SharedElementsHead head = ref SharedElementsHead.Of(segment);
        head.LockKind = given is RLock ? SharedLockKind.RLock : SharedLockKind.Lock;
        head.Lock = companion.Handle;
        return new GuardingLock(given, made: null, companion);
    }

    /// <summary>The lock of values that another process has made.</summary>
    /// <exception cref="IOException">They were given a lock, and whoever gave it has ended or disposed of it.</exception>
    public static GuardingLock Of(Segment segment)
    {
        SharedElementsHead head = SharedElementsHead.Of(segment);
        if (head.LockKind == SharedLockKind.Own)
        {
            return OwnOf(segment);
        }

        Segment companion = Segment.Open(head.Lock);
        companion.AddReference();
        return head.LockKind == SharedLockKind.RLock ? Twin<RLock>(companion) : Twin<Lock>(companion);
    }

    /// <exception cref="ArgumentException">It is a lock of this process alone, or of a kind that cannot travel with values.</exception>
    public static void Check(ILock? given)
    {
        if (given is not (null or Multiprocessing.Lock or RLock))
        {
            throw new ArgumentException($"A {given.GetType()} cannot guard shared values: give a {typeof(Lock)}, a {typeof(RLock)}, or the Lock of other values.", nameof(given));
        }
    }

    /// <summary>Acquires for one step. Who takes over from a dead process is told, and does not keep the lock.</summary>
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

    public Scope EnterScope(CancellationToken token)
    {
        Lock.Acquire(token);
        return new Scope((IScoped)Lock);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _made?.Dispose();
            Companion?.Release();
        }
    }

    private static GuardingLock OwnOf(Segment segment)
    {
        var own = new RLock(segment, offset: 0);
        return new GuardingLock(own, own, companion: null);
    }

    private static GuardingLock Twin<T>(Segment companion)
        where T : ILock, IShared<T>, IDisposable
    {
        T twin = T.Over(companion);
        return new GuardingLock(twin, twin, companion);
    }
}
