namespace Braid.Multiprocessing;

/// <summary>Whether a pool accepts calls, and the lazy maps that continue to submit theirs after it was closed.</summary>
/// <remarks>
/// A closed pool is not shut down until the last map that was begun has submitted all its items, so that its results can be read after the
/// close, as in Python. A map that is no longer referenced does not count.
/// </remarks>
/// <param name="shutDown">Shuts the pool down, without waiting. Called at most once by each way of closing.</param>
internal sealed class PoolAdmission(Action shutDown)
{
    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly List<WeakReference<OpenMap>> _maps = [];   // guarded by _gate: those that may have items left
    private int _openMaps;                                      // guarded by _gate
    private volatile bool _isClosed;                            // written under _gate; stays true once it is

    public bool IsClosed => _isClosed;

    /// <summary>Registers a map that submits its calls as its results are read.</summary>
    /// <exception cref="InvalidOperationException">The pool is closed.</exception>
    public OpenMap Open()
    {
        using (_gate.EnterScope())
        {
            ThrowIfClosed();
            _openMaps++;
            var map = new OpenMap(this);
            _maps.Add(new WeakReference<OpenMap>(map));
            return map;
        }
    }

    public void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw new InvalidOperationException("The pool is closed and takes no more calls.");
        }
    }

    /// <summary>Accepts no more calls, except those of maps that were begun.</summary>
    public void Close() => Close(isEnd: false);

    /// <summary>Accepts no more calls.</summary>
    public void End() => Close(isEnd: true);

    /// <summary>Makes the maps that were begun submit the rest of their items, which reads their sources.</summary>
    /// <returns>False if the time was up first.</returns>
    public bool SubmitRest(Deadline deadline, CancellationToken token)
    {
        foreach (OpenMap map in OpenMaps())
        {
            while (map.TrySubmitOne())
            {
                token.ThrowIfCancellationRequested();
                if (deadline.HasPassed)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void Close(bool isEnd)
    {
        bool isLast;
        using (_gate.EnterScope())
        {
            _isClosed = true;
            isLast = isEnd || _openMaps == 0;
        }

        if (isLast)
        {
            shutDown();
        }
    }

    private void OnEnd()
    {
        bool isLast;
        using (_gate.EnterScope())
        {
            _openMaps--;
            _maps.RemoveAll(static reference => !reference.TryGetTarget(out OpenMap? map) || map.IsEnded);
            isLast = _isClosed && _openMaps == 0;
        }

        if (isLast)
        {
            shutDown();
        }
    }

    private List<OpenMap> OpenMaps()
    {
        var open = new List<OpenMap>();
        using (_gate.EnterScope())
        {
            foreach (WeakReference<OpenMap> reference in _maps)
            {
                if (reference.TryGetTarget(out OpenMap? map))
                {
                    open.Add(map);
                }
            }
        }

        return open;
    }

    /// <summary>A map that may have items left to submit. Only its submitter refers to it strongly.</summary>
    internal sealed class OpenMap(PoolAdmission admission)
    {
        private Func<bool>? _trySubmitOne;   // written once, by the thread that makes the map
        private int _isEnded;                // by Interlocked

        // Orders: _trySubmitOne is published whole by its release-store; a reader that precedes it has nothing to submit. The exchange of
        // _isEnded makes one end count; a read of it is a snapshot that may be stale.

        /// <summary>It is no longer referenced.</summary>
        ~OpenMap() => End();

        public bool IsEnded => Volatile.Read(ref _isEnded) != 0;

        public void FeedBy(Func<bool> trySubmitOne) => Volatile.Write(ref _trySubmitOne, trySubmitOne);

        public bool TrySubmitOne() => Volatile.Read(ref _trySubmitOne) is { } submit && submit();

        /// <summary>Everything is submitted, or nothing more will be.</summary>
        public void End()
        {
            if (Interlocked.Exchange(ref _isEnded, 1) == 0)
            {
                admission.OnEnd();
            }
        }
    }
}
