namespace Braid.AsyncIO;

/// <summary>Work that other threads post to the loop, and the place where the loop sleeps.</summary>
/// <remarks>
/// <para>
/// Protocol: a call is added under the gate; the loop takes all at once, under the gate too, by exchanging the list for another. Before it
/// sleeps it announces that under the gate, having seen the list empty; the next thread that adds withdraws the announcement and sets the
/// event. So one of the two always sees the other, and a busy loop is never woken. Orders: the gate's; the loop also reads <c>_count</c>
/// without it, between two callbacks, and a stale 0 costs at most one turn, because the loop checks again under the gate before it sleeps.
/// </para>
/// <para>
/// After the loop has closed, continuations of async methods that no one waited for may still arrive. Dropping them would leave their
/// <c>finally</c> blocks undone and the code that waits for them waiting forever. They run on a thread of <see cref="CallbackThreads"/>
/// instead, one at a time and in order, so that they still never run concurrently.
/// </para>
/// </remarks>
internal sealed class Inbox(object owner, Action<ReadyCall> run)
{
    private const int Many = 1 << 14;

    private readonly Gate _gate = new();
    private readonly Threading.Event _wake = new(owner);
    private List<ReadyCall> _calls = [];     // guarded by the gate
    private List<ReadyCall> _spare = [];     // the loop's own, between two exchanges
    private int _count;                      // written under the gate; the loop reads it without
    private bool _sleeps;
    private bool _isClosed;
    private bool _lateOnesRun;

    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>Whether the loop is idle at this moment.</summary>
    public bool Sleeps
    {
        get
        {
            using Gate.Scope held = _gate.Enter();
            return _sleeps;
        }
    }

    /// <summary>Adds a call, even after the loop has closed.</summary>
    public void Add(ReadyCall call)
    {
        if (!Add(call, evenLate: true))
        {
            CallbackThreads.Run(RunLateOnes);
        }
    }

    /// <returns>False if the loop has closed; the call is not added.</returns>
    public bool TryAdd(ReadyCall call) => Add(call, evenLate: false);

    /// <summary>Moves all calls to the loop's own queue. By the loop.</summary>
    public void MoveTo(ReadyQueue ready)
    {
        List<ReadyCall> calls;
        using (_gate.Enter())
        {
            calls = _calls;
            _calls = _spare;
            Volatile.Write(ref _count, 0);
        }

        ready.AddRange(calls);
        calls.Clear();
        _spare = calls.Capacity > Many ? [] : calls;     // the memory that a burst needed is returned
    }

    /// <summary>Blocks until there is a call or the time is up. By the loop.</summary>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public void Wait(TimeSpan timeout)
    {
        using (_gate.Enter())
        {
            if (_calls.Count > 0)
            {
                return;
            }

            _sleeps = true;
        }

        try
        {
            _wake.TryWait(timeout);
        }
        finally
        {
            using (_gate.Enter())
            {
                _sleeps = false;
            }

            _wake.Clear();   // set only after the announcement was withdrawn, and calls added since then are in the list
        }
    }

    /// <summary>From now on calls are late. Called by the loop, which takes no more.</summary>
    /// <param name="left">The calls that the loop did not get to, which are the first of the late ones.</param>
    public void Close(ReadyQueue left)
    {
        bool lateOnes;
        using (_gate.Enter())
        {
            MoveBack(left);
            _isClosed = true;
            lateOnes = _lateOnesRun = _calls.Count > 0;
        }

        if (lateOnes)
        {
            CallbackThreads.Run(RunLateOnes);
        }
    }

    private void MoveBack(ReadyQueue left)
    {
        var first = new List<ReadyCall>(left.Count);
        while (left.Count > 0)
        {
            first.Add(left.Take());
        }

        _calls.InsertRange(0, first);
    }

    /// <returns>False if the caller must have the late ones run, or if the call was not added because it is late.</returns>
    private bool Add(ReadyCall call, bool evenLate)
    {
        bool wakes;
        using (_gate.Enter())
        {
            if (_isClosed)
            {
                if (!evenLate)
                {
                    return false;
                }

                _calls.Add(call);
                bool isRunning = _lateOnesRun;
                _lateOnesRun = true;
                return isRunning;
            }

            _calls.Add(call);
            Volatile.Write(ref _count, _calls.Count);
            wakes = _sleeps;
            _sleeps = false;
        }

        if (wakes)
        {
            _wake.Set();
        }

        return true;
    }

    private void RunLateOnes()
    {
        while (true)
        {
            List<ReadyCall> calls;
            using (_gate.Enter())
            {
                calls = _calls;
                _calls = [];
                if (calls.Count == 0)
                {
                    _lateOnesRun = false;
                    return;
                }
            }

            calls.ForEach(run);
        }
    }
}
