using System.Runtime.InteropServices;
using Braid.Threading;

namespace Braid.Multiprocessing;

/// <summary>
/// A flag for several processes that can be waited for. Setting it releases all waiters; later waits return at once until it is cleared.
/// </summary>
/// <remarks>
/// <para>
/// Passed to another process it is the same flag there. It is one word: the flag, and how often it was set. A waiter goes on if the flag is
/// set or the number has changed since its wait began. So no process can leave it half changed by dying.
/// </para>
/// <para>
/// A blocked wait sleeps in the kernel, so an interrupt of its thread takes up to 50 ms to take effect. Everything written before
/// <see cref="Set"/> is visible to every thread that sees the flag set. Python counterpart: <c>multiprocessing.Event</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed unsafe class Event : IEvent, IAwaited, IShared<Event>, IDisposable
{
    // Orders: setting is a compare-exchange of Word, a release of everything before it, which a reader of the flag acquires. A sleeper
    // counts itself in Waiters, a full fence, before the kernel compares Word; the setter changes Word, a full fence, before it reads
    // Waiters: one sees the other.
    private const int Flag = 1;          // lowest bit of the word
    private const int OneSetting = 2;    // the bits above count the settings

    private readonly Segment _segment;
    private readonly State* _state;
    private AwaitingLine<Rule>? _line;   // set once, by the first that awaits
    private volatile bool _isDisposed;   // written by Dispose

    /// <summary>Creates an event that is not set.</summary>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public Event()
        : this(Segment.Create(SegmentKind.Event, sizeof(State)))
    {
    }

    private Event(Segment segment)
    {
        _segment = segment;
        _state = (State*)segment.Data;
    }

    /// <inheritdoc/>
    public bool IsSet => (Volatile.Read(ref _state->Word) & Flag) != 0;

    /// <summary>
    /// How many threads of all processes, and heads of awaiting lines, wait. For display and tests: a waiter that was killed remains
    /// counted.
    /// </summary>
    internal int WaiterCount => Volatile.Read(ref _state->Waiters) + (_line?.CountBehindHead ?? 0);

    Segment IShared.Segment => _segment;

    bool IShared.IsClosed => _isDisposed;

    static Event IShared<Event>.Over(Segment segment) => new(segment);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the event.</exception>
    public void Set()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using Segment.Usage kept = _segment.Use(this);
        int word = Volatile.Read(ref _state->Word);
        while ((word & Flag) == 0)
        {
            int seen = Interlocked.CompareExchange(ref _state->Word, (word + OneSetting) | Flag, word);
            if (seen == word)
            {
                KillPoint.Reach(KillPoint.EventSet);   // killed here: it is set, and sleepers find out at the end of their slice
                WakeAll();
                break;
            }

            word = seen;
        }

        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the event.</exception>
    public void Clear()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using Segment.Usage kept = _segment.Use(this);
        Interlocked.And(ref _state->Word, ~Flag);
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the event.</exception>
    public void Wait(CancellationToken token = default) => TryWait(Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the event.</exception>
    public bool TryWait(TimeSpan timeout = default, CancellationToken token = default)
    {
        var deadline = Deadline.After(timeout);
        var rule = new Rule(this);
        return SharedWait.Wait(this, ref rule, deadline, token);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the event.</exception>
    public ValueTask WaitAsync(CancellationToken token = default) => AwaitingShapes.WaitAsync(this, token);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the event.</exception>
    public ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default) =>
        AwaitingShapes.TryWaitAsync(this, timeout, token);

    /// <summary>"set" or "unset", and how many wait.</summary>
    public override string ToString() => StateText.Of(this, WaiterCount);

    /// <summary>Ends this process's use of the event. Other processes keep it.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _segment.Release();
        }
    }

    bool IAwaited.TryNowForAwaiter()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return IsSet;
    }

    SignalWaiter IAwaited.Enqueue(TimeSpan timeout, CancellationToken token)
    {
        _line ??= AwaitingLine<Rule>.Of(this);
        return _line.Enqueue(new Rule(this), timeout, token);
    }

    private void WakeAll()
    {
        if (Volatile.Read(ref _state->Waiters) != 0)   // counted before they sleep: the compare-exchange of Set stands between
        {
            Futex.Wake(&_state->Word, int.MaxValue);
        }

        if (_line is { IsEmpty: false } line)
        {
            line.Pump();
        }
    }

    private struct Rule(Event e) : ISharedRule
    {
        private readonly int _settings = Volatile.Read(ref e._state->Word) & ~Flag;
        private bool _isAnnounced;

        public bool TryTake(out FutexPoint sleepOn)
        {
            int word = Volatile.Read(ref e._state->Word);
            sleepOn = new FutexPoint(&e._state->Word, word);
            if (word == _settings)     // neither set now nor meanwhile
            {
                Announce();
                return false;
            }

            GiveUp();
            return true;
        }

        public void GiveUp()
        {
            if (_isAnnounced)
            {
                _isAnnounced = false;
                Interlocked.Decrement(ref e._state->Waiters);
            }
        }

        private void Announce()
        {
            if (!_isAnnounced)
            {
                _isAnnounced = true;
                Interlocked.Increment(ref e._state->Waiters);
                KillPoint.Reach(KillPoint.WaitAnnounced);   // killed here: it remains counted, so every Set enters the kernel
            }
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct State
    {
        public int Word;      // any process, interlocked
        public int Waiters;   // any process, interlocked
    }
}
