namespace Braid.Waiting;

/// <summary>
/// Guards the few instructions in which a primitive decides; collects the waiters to wake and wakes them after it is left.
/// </summary>
/// <remarks>
/// <para>
/// Goals: as cheap as one compare-exchange in and one exchange out without contention, little traffic on the word with it, and no processor
/// time while a holder is preempted. It is not re-entrant, and user code does not run under it (except for the overrides of a queue and the
/// comparer of a priority queue, as in CPython).
/// </para>
/// <para>
/// Protocol (Drepper's "mutex 2", with a monitor in the role of the futex): a thread that cannot enter spins with long pauses, so that the
/// holder's core keeps the cache line for several turns, then writes <see cref="Slept"/> and sleeps. A thread that exits from
/// <see cref="Slept"/> pulses one sleeper, which enters by writing <see cref="Slept"/> again, since others may still be asleep. The sleeper
/// writes the word and goes to sleep inside one monitor, and the pulse comes from inside that monitor, so no pulse is lost.
/// </para>
/// <para>
/// Memory: entering exchanges <c>_word</c>, an acquire, and leaving does too, a release; so everything guarded by the gate is plain.
/// Leaving by a plain store would overwrite a <see cref="Slept"/> written meanwhile, and that sleeper would sleep on. A read of
/// <c>_word</c> while spinning decides nothing, since the exchange that follows does; <see cref="IsHeld"/> says only that some thread is
/// inside. Rejected: a monitor alone, which costs half as much again uncontended and has no place for the wakes; a pure spin lock, which
/// burns a core while the holder is preempted.
/// </para>
/// </remarks>
internal sealed class Gate
{
    private const int Free = 0;
    private const int Held = 1;
    private const int Slept = 2;   // held, and a thread may be asleep

    private int _word;             // any thread, by the protocol above
    private Waiter? _firstWake;    // guarded by this gate: the waiters to wake once it is left, in order
    private Waiter? _lastWake;     // guarded by this gate

    /// <summary>Whether some thread holds it: for assertions in methods that the caller must call under it.</summary>
    public bool IsHeld => Volatile.Read(ref _word) != Free;

    public Scope Enter()
    {
        if (Interlocked.CompareExchange(ref _word, Held, Free) != Free)
        {
            EnterSlow();
        }

        return new Scope(this);
    }

    /// <summary>Wakes a waiter as soon as the gate is left. The caller holds the gate.</summary>
    public void WakeAfter(Waiter waiter)
    {
        Debug.Assert(IsHeld && waiter.NextWake is null);
        if (_lastWake is null)
        {
            _firstWake = waiter;
        }
        else
        {
            _lastWake.NextWake = waiter;
        }

        _lastWake = waiter;
    }

    private void Exit()
    {
        Waiter? wakes = _firstWake;
        if (wakes is not null)
        {
            _firstWake = _lastWake = null;
        }

        if (Interlocked.Exchange(ref _word, Free) == Slept)
        {
            UninterruptibleMonitor.Pulse(this);
        }

        WakeAll(wakes);
    }

    private static void WakeAll(Waiter? wakes)
    {
        while (wakes is not null)
        {
            Waiter waiter = wakes;
            wakes = waiter.NextWake;       // before the wake: afterwards the waiter belongs to its next wait
            waiter.NextWake = null;
            try
            {
                waiter.Wake();
            }
            catch (Exception exception)
            {
                // Neither the caller, which has only released something, nor the other waiters are to blame
                CapturedContexts.Report(exception);
            }
        }
    }

    private void EnterSlow()
    {
        for (int turn = 0; turn < Spinning.GateTurns; turn++)
        {
            Spinning.Pause();
            if (Volatile.Read(ref _word) == Free && Interlocked.CompareExchange(ref _word, Held, Free) == Free)
            {
                return;
            }
        }

        bool interrupted = UninterruptibleMonitor.Enter(this);
        while (Interlocked.Exchange(ref _word, Slept) != Free)
        {
            interrupted |= UninterruptibleMonitor.Wait(this);
        }

        UninterruptibleMonitor.Exit(this, interrupted);
    }

    internal readonly ref struct Scope(Gate gate)
    {
        public void Dispose() => gate.Exit();
    }
}
