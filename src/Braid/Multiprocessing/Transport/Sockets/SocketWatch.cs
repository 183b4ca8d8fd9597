using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Waits until a socket can be received from or sent to.</summary>
/// <remarks>
/// <para>
/// A blocked thread first sleeps in the kernel until its socket is ready, for 50 ms at most, since an interrupt does not end that sleep. It
/// does not spin before: the kernel runs a process that it wakes by a socket on the sender's processor, and a spinning receiver keeps it
/// from there. Measured on two busy processors: 4.8 microseconds there and back by sleeping at once, 9 to 50 by spinning first. A receiver
/// without a token and a deadline sleeps in the call that receives, which needs neither an attempt before nor one after.
/// </para>
/// <para>
/// If nothing has come by then, the thread enqueues itself beside the awaiting callers, and sleeps until <see cref="SocketThread"/> has a
/// report for it. That wake costs one more thread, and the sleep nothing: a hundred idle connections that woke every 50 ms took more than a
/// hundredth of a processor.
/// </para>
/// <para>
/// An awaiting caller sets the socket and enqueues itself in one stay under the gate, after an attempt that found nothing. The kernel
/// reports what has become ready between that attempt and the setting at once, so nothing is missed. A report says only that another
/// attempt is worth while: all who await its direction are granted, and try again.
/// </para>
/// </remarks>
internal sealed unsafe class SocketWatch
{
    private const string AMessage = "a message of ";
    private const string Room = "room in ";

    private readonly SocketHandle _socket;
    private readonly Gate _gate = new();
    private readonly WaitQueue _receivers;
    private readonly WaitQueue _senders;
    private readonly object _owner;
    private readonly string _name;
    private int _blockedReceivers;   // by Interlocked
    private int _blockedSenders;     // by Interlocked
    private bool _waitsInCalls;      // of the one caller that receives: the socket is set up for that
    private int[]? _word;      // guarded by the gate; pinned: incremented with each report that something can be received
    private long _number;      // guarded by the gate: of this watch at the socket thread; 0 before it is first set
    private uint _set;         // guarded by the gate: the events that the kernel is to report
    private volatile bool _isClosed;   // written under the gate, before the socket is shut down, which wakes the blocked threads

    public SocketWatch(SocketHandle socket, object owner, string name)
    {
        (_socket, _owner, _name) = (socket, owner, name);
        _receivers = new WaitQueue(_gate, owner, AMessage);
        _senders = new WaitQueue(_gate, owner, Room);
    }

    /// <summary>How many wait to receive.</summary>
    public int ReceiverCount => _receivers.WaiterCount + Volatile.Read(ref _blockedReceivers);

    /// <summary>How many wait to send.</summary>
    public int SenderCount => _senders.WaiterCount + Volatile.Read(ref _blockedSenders);

    /// <summary>How many sleep until the socket thread has a report: those that await, and those that have blocked for long.</summary>
    internal int SleeperCount => _receivers.WaiterCount + _senders.WaiterCount;

    /// <summary>Blocks until there is something to receive, or the end.</summary>
    /// <returns>False if the time was up.</returns>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public bool WaitToReceive(Deadline deadline, CancellationToken token) =>
        Block(Descriptors.Readable, AMessage, ref _blockedReceivers, deadline, token)
        ?? Sleep(_receivers, Readiness.CanReceive, deadline, token);

    /// <summary>Blocks until something is received, without a deadline or a token. One caller at a time.</summary>
    /// <returns>How many bytes were received; 0 at the end of the stream; an error, negated.</returns>
    /// <exception cref="IOException">The system refuses to wait so.</exception>
    /// <inheritdoc cref="WaitToReceive" path="/exception"/>
    public int Receive(Span<byte> target)
    {
        if (!_waitsInCalls)
        {
            SocketCalls.LimitWaits(_socket, SharedWait.SliceMilliseconds);
            _waitsInCalls = true;
        }

        while (true)
        {
            int received = ReceiveOrWait(target);
            if (received != -Errno.TryAgain)
            {
                return received;
            }

            Sleep(_receivers, Readiness.CanReceive, Deadline.Never, CancellationToken.None);
        }
    }

    /// <summary>Blocks until there is room for something to send, or the connection has failed.</summary>
    /// <inheritdoc cref="WaitToReceive" path="/returns"/>
    /// <inheritdoc cref="WaitToReceive" path="/exception"/>
    public bool WaitToSend(Deadline deadline, CancellationToken token) =>
        Block(Descriptors.Writable, Room, ref _blockedSenders, deadline, token)
        ?? Sleep(_senders, Readiness.CanSend, deadline, token);

    /// <inheritdoc cref="WaitToReceive"/>
    public ValueTask<bool> WaitToReceiveAsync(TimeSpan timeout, CancellationToken token) =>
        WaitAsync(_receivers, Readiness.CanReceive, timeout, token);

    /// <inheritdoc cref="WaitToSend"/>
    public ValueTask<bool> WaitToSendAsync(TimeSpan timeout, CancellationToken token) =>
        WaitAsync(_senders, Readiness.CanSend, timeout, token);

    /// <summary>The word that changes with each report that something can be received, as it is now. Read it before the attempt.</summary>
    public FutexPoint ReceivePoint()
    {
        using Gate.Scope held = _gate.Enter();
        _word ??= GC.AllocateArray<int>(1, pinned: true);
        var word = (int*)Marshal.UnsafeAddrOfPinnedArrayElement(_word, 0);
        return new FutexPoint(word, *word);
    }

    /// <summary>Has the word of <see cref="ReceivePoint"/> change when there is something to receive.</summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public void SetToReceive()
    {
        using Gate.Scope held = _gate.Enter();
        ObjectDisposedException.ThrowIf(_isClosed, typeof(Connection));
        SetUnderGate(Readiness.CanReceive);
    }

    /// <summary>The kernel has reported events: those who wait for them try again. On the socket thread.</summary>
    public void OnReady(uint events)
    {
        bool hasFailed = (events & (Readiness.Failed | Readiness.HungUp)) != 0;
        int[]? word = null;
        using (_gate.Enter())
        {
            uint unreported = hasFailed ? 0 : _set & ~events;   // perhaps for a wait on the word, which is in no queue
            _set = 0;
            if (hasFailed || (events & Readiness.CanReceive) != 0)
            {
                word = CountUnderGate();
                _receivers.GrantAll();
            }

            if (hasFailed || (events & Readiness.CanSend) != 0)
            {
                _senders.GrantAll();
            }

            uint awaited = unreported
                | (_receivers.IsEmpty ? 0 : Readiness.CanReceive) | (_senders.IsEmpty ? 0 : Readiness.CanSend);
            if (awaited == 0 || _isClosed)
            {
                SocketThread.Forget(_number);
            }
            else
            {
                SetUnderGate(awaited);
            }
        }

        Wake(word);
    }

    /// <summary>Ends all waits.</summary>
    public void Close()
    {
        int[]? word;
        using (_gate.Enter())
        {
            _isClosed = true;
            SocketThread.Forget(_number);
            _receivers.RefuseAll(Closed);
            _senders.RefuseAll(Closed);
            word = CountUnderGate();
        }

        Wake(word);
    }

    private ObjectDisposedException Closed() => new(_name);

    /// <summary>Receives, and sleeps for it in the call if need be, but for one slice of time at most.</summary>
    /// <returns>As <see cref="Receive"/>; <see cref="Errno.TryAgain"/> if nothing came.</returns>
    private int ReceiveOrWait(Span<byte> target)
    {
        using var blocked = new Blocked(_owner, AMessage, ref _blockedReceivers);
        int received = SocketCalls.ReceiveOrWait(_socket, target);
        return _isClosed ? throw Closed() : received;
    }

    /// <summary>Sleeps until the kernel reports one of the events: wakes for nothing else.</summary>
    /// <returns>False if the time was up.</returns>
    private bool Sleep(WaitQueue queue, uint events, Deadline deadline, CancellationToken token)
    {
        ThreadWaiter waiter;
        using (_gate.Enter())
        {
            if (_isClosed)
            {
                throw Closed();
            }

            SetUnderGate(events);   // first, as it may fail; a report needs the gate, and so finds the thread enqueued
            waiter = queue.EnqueueThread();
        }

        var granted = default(NothingToTake);
        return queue.WaitEnqueued(waiter, ref granted, deadline, token);
    }

    /// <summary>Sleeps in the kernel until the socket is ready, for one slice of time at most.</summary>
    /// <returns>False if the deadline has passed; null if it has not, and nothing has happened yet.</returns>
    private bool? Block(short wanted, string text, ref int count, Deadline deadline, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        bool isKept = false;
        PollWaker? waker = null;
        CancellationTokenRegistration watch = default;
        using var blocked = new Blocked(_owner, text, ref count);
        try
        {
            _socket.DangerousAddRef(ref isKept);   // so that its number stays its own; throws if it is closed
            if (token.CanBeCanceled)
            {
                waker = PollWaker.Rent();
                watch = token.UnsafeRegister(static waker => ((PollWaker)waker!).Ring(), waker);
            }

            return Poll((int)_socket.DangerousGetHandle(), wanted, waker, deadline, token);
        }
        finally
        {
            UninterruptibleMonitor.Dispose(watch);   // before the waker serves another wait: it waits for a running callback
            waker?.Return();
            if (isKept)
            {
                _socket.DangerousRelease();
            }
        }
    }

    private bool? Poll(int socket, short wanted, PollWaker? waker, Deadline deadline, CancellationToken token)
    {
        Span<PollEntry> entries = [new PollEntry(socket) { Wanted = wanted }, new PollEntry(waker?.Descriptor ?? -1)];
        int left = deadline.MillisecondsLeft;
        if (left == 0)
        {
            return false;
        }

        Descriptors.Poll(entries, left < 0 ? SharedWait.SliceMilliseconds : Math.Min(left, SharedWait.SliceMilliseconds));
        if (_isClosed)
        {
            throw Closed();
        }

        if (entries[0].Has != 0)
        {
            return true;
        }

        token.ThrowIfCancellationRequested();
        return null;
    }

    private ValueTask<bool> WaitAsync(WaitQueue queue, uint events, TimeSpan timeout, CancellationToken token)
    {
        var waiter = SignalWaiter.Rent();
        var rule = new Setting(this, events);
        queue.WaitAsync(waiter, ref rule, timeout, token);
        return waiter.AsTryTask();
    }

    private void SetUnderGate(uint events)
    {
        Debug.Assert(_gate.IsHeld);
        if ((_set & events) != events)
        {
            SocketThread.Set(this, _socket, ref _number, _set | events);
            _set |= events;
        }
    }

    private int[]? CountUnderGate()
    {
        if (_word is not null)
        {
            Volatile.Write(ref _word[0], _word[0] + 1);   // before the wake; the kernel compares, so a sleep that begins now ends at once
        }

        return _word;
    }

    private static void Wake(int[]? word)
    {
        if (word is not null)
        {
            Futex.Wake((int*)Marshal.UnsafeAddrOfPinnedArrayElement(word, 0), int.MaxValue);
            GC.KeepAlive(word);
        }
    }

    /// <summary>A thread that sleeps for the socket, as the counters, the wait graph and the listeners of waits see it.</summary>
    private readonly ref struct Blocked
    {
        private readonly ref int _count;
        private readonly WaitObserver _observed;
        private readonly ThreadWaiter _shown;

        public Blocked(object owner, string text, ref int count)
        {
            _count = ref count;
            _observed = WaitObserver.Start(owner);
            _shown = ThreadWaiter.BeginShared(owner, text);
            Interlocked.Increment(ref count);
        }

        public void Dispose()
        {
            Interlocked.Decrement(ref _count);
            _shown.EndShared();
            _observed.Stop();
        }
    }

    /// <summary>Grants nothing, and has the kernel report: what an awaiting caller does before it is enqueued.</summary>
    private readonly struct Setting(SocketWatch watch, uint events) : IRule
    {
        public bool KeepsOrder => false;

        public bool LooksReady() => false;

        public bool TryTake(bool othersWait) => false;

        public bool CanTake() => false;

        public bool TryServe(AsyncWaiter waiter, bool othersWait)
        {
            try
            {
                if (watch._isClosed)
                {
                    waiter.Failure = watch.Closed();
                    return true;
                }

                watch.SetUnderGate(events);
                return false;
            }
            catch (Exception refusal)
            {
                waiter.Failure = refusal;
                return true;
            }
        }
    }
}
