namespace Braid.Multiprocessing;

/// <summary>The waiters of a condition. Notifications go to living waiters, in order of arrival.</summary>
/// <remarks>
/// If a process dies with a notification, the next waiter in order gets it, provided that it was already waiting when the notification was
/// given: the place of a notified waiter records how many had arrived by then, and is freed only when the waiter has the lock again. Dead
/// processes are found by the waiters; without waiters their places are dropped.
/// </remarks>
internal sealed class SharedConditionCore(Segment segment, long offset)
{
    private const int BatchLength = 16;

    private readonly SharedWaitList _waiters = new(segment, offset);

    public int WaiterCount => _waiters.Count;

    /// <summary>Takes a place. The wait follows, or <see cref="Rule.GiveUp"/>.</summary>
    public Rule Enter(bool isAwaiting)
    {
        using SharedGate.Scope change = _waiters.Gate.Enter();
        return new Rule(this, _waiters.Enter(change, _waiters.Arrivals + 1, epoch: 0, watchesAll: isAwaiting), isAwaiting);
    }

    /// <summary>Releases up to the given number of waiters.</summary>
    public void Notify(int n)
    {
        Span<int> granted = stackalloc int[BatchLength];
        int count;
        do
        {
            count = Grant(granted[..Math.Min(n, BatchLength)]);
            n -= count;
            foreach (int place in granted[..count])
            {
                _waiters.Wake(place);
            }
        }
        while (count == BatchLength && n > 0);
    }

    private int Grant(Span<int> granted)
    {
        int count = 0;
        using SharedGate.Scope change = _waiters.Gate.Enter();
        while (count < granted.Length && _waiters.First is not 0 and int place)
        {
            if (_waiters.IsDead(default, place))
            {
                _waiters.Leave(change, place);
            }
            else
            {
                _waiters.Grant(change, place, NodeState.Granted, _waiters.Arrivals);
                granted[count++] = place;
            }

            change.Commit();   // killed here: those granted go on at the end of their slice; the others were not notified
        }

        return count;
    }

    /// <summary>Frees a place, and passes its notification to the next waiter.</summary>
    /// <returns>The waiter to wake; 0 if there is none.</returns>
    private int PassOn(in SharedGate.Scope change, int place)
    {
        long arrivals = _waiters[place].Ticket;
        _waiters.Free(change, place);
        int next = _waiters.First;
        if (next == 0 || _waiters[next].Ticket > arrivals)
        {
            return 0;
        }

        _waiters.Grant(change, next, NodeState.Granted, arrivals);
        return next;
    }

    private void RemoveDead(in DeathWatch deaths)
    {
        int woken = 0;
        if (!_waiters.Gate.TryEnter(out SharedGate.Scope change, out _))
        {
            return;
        }

        using (change)
        {
            _waiters.BeginSearch();
            for (int place = 1; place <= _waiters.Highest; place++)
            {
                if (!_waiters.IsDead(deaths, place))
                {
                    continue;
                }

                if (_waiters.StateOf(place) == NodeState.Waiting)
                {
                    _waiters.Leave(change, place);
                }
                else
                {
                    woken = PassOn(change, place);
                }

                change.Commit();   // killed here: the next waiter already has the notification, and finds it at the end of its slice
                if (woken != 0)
                {
                    break;       // to wake it; the next search finds the others
                }
            }
        }

        if (woken != 0)
        {
            _waiters.Wake(woken);
        }
    }

    /// <summary>One wait for a notification.</summary>
    internal struct Rule(SharedConditionCore condition, int place, bool isAwaiting) : IPersonalRule
    {
        private readonly SharedWaitList _waiters = condition._waiters;
        private DeathWatch _deaths;

        public bool TryTake(out FutexPoint sleepOn)
        {
            sleepOn = isAwaiting ? _waiters.Watch() : _waiters.WatchPlace(place, NodeState.Waiting);
            if (_waiters.StateOf(place) == NodeState.Waiting)
            {
                if (!_waiters.IsTimeToSearch)
                {
                    return false;
                }

                _deaths.Begin();
                condition.RemoveDead(_deaths);
                return false;    // a notification passed on by this has changed the word
            }

            if (!_waiters.Gate.TryEnter(out SharedGate.Scope change, out sleepOn))
            {
                return false;
            }

            using (change)
            {
                if (_waiters.StateOf(place) == NodeState.Granted)
                {
                    return true;
                }

                sleepOn = isAwaiting ? _waiters.Watch() : _waiters.WatchPlace(place, NodeState.Waiting);
                return false;    // the notifier died before the change was valid, and the gate has undone it
            }
        }

        /// <summary>
        /// Ends the wait of a notified waiter that has the lock again; until then its notification is passed on if it dies.
        /// </summary>
        public readonly void Leave()
        {
            using SharedGate.Scope change = _waiters.Gate.Enter();
            _waiters.Free(change, place);
        }

        public readonly void GiveUp()
        {
            int woken = 0;
            using (SharedGate.Scope change = _waiters.Gate.Enter())
            {
                if (_waiters.StateOf(place) == NodeState.Waiting)
                {
                    _waiters.Leave(change, place);
                }
                else
                {
                    woken = condition.PassOn(change, place);
                }
            }

            if (woken != 0)
            {
                _waiters.Wake(woken);
            }
        }
    }
}
