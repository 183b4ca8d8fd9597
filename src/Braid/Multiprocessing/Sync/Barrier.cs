using Braid.Threading;

namespace Braid.Multiprocessing;

/// <summary>
/// A meeting point for a fixed number of parties in several processes: each waits until the last one has arrived, then all go on. It can be
/// reused.
/// </summary>
/// <remarks>
/// <para>
/// Passed to another process it is the same barrier there. The parties of a round are the first <see cref="Parties"/> to arrive, in order.
/// The last of them runs the action, outside all locks; then all are released at once, each with its position as its number. Parties that
/// arrive meanwhile queue for the next round. The action does not travel: a round whose last party is in a process to which the barrier was
/// passed ends without it.
/// </para>
/// <para>
/// A wait that times out breaks the barrier for all parties, as in Python. So does a process that dies while it waits or runs the action,
/// within 100 ms while its parent lives. The barrier cannot know of a process that dies before it arrives, so give waits a timeout. A party
/// whose wait is cancelled or interrupted merely leaves. A wait sleeps in the kernel, so an interrupt of its thread takes up to 50 ms to
/// take effect. Everything written before a wait is visible after it to every party of the round.
/// </para>
/// <para>Python counterpart: <c>multiprocessing.Barrier</c>.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Barrier : IBarrier, IShared<Barrier>, IDisposable
{
    private readonly Segment _segment;
    private readonly SharedBarrierCore _core;
    private readonly Action? _action;
    private volatile bool _isDisposed;   // written by Dispose

    /// <summary>Creates a barrier.</summary>
    /// <param name="parties">How many parties must arrive before all go on; 1 or more.</param>
    /// <param name="action">
    /// Runs once a round, on the last party to arrive if that party is in this process, before any is released. If it throws, that party
    /// gets the exception and the barrier is broken.
    /// </param>
    /// <param name="timeout">How long a wait without its own timeout may last; null, the default, for no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="parties"/> is less than 1, or the timeout is negative and not infinite.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public Barrier(int parties, Action? action = null, TimeSpan? timeout = null)
        : this(CreateFor(parties, timeout))
    {
        Threading.AsyncVoid.Refuse(action, "The action must have ended when the barrier opens; let it block.");
        _action = action;
        _core.Initialize(parties, timeout ?? Timeout.InfiniteTimeSpan);
    }

    private Barrier(Segment segment)
    {
        _segment = segment;
        _core = new SharedBarrierCore(segment);
    }

    /// <inheritdoc/>
    public int Parties => _core.Parties;

    /// <inheritdoc/>
    public int Waiting => _core.Waiting;

    /// <inheritdoc/>
    public bool Broken => _core.IsBroken;

    internal int WaiterCount => _core.WaiterCount;

    Segment IShared.Segment => _segment;

    bool IShared.IsClosed => _isDisposed;

    static Barrier IShared<Barrier>.Over(Segment segment) => new(segment);

    /// <inheritdoc/>
    public int Wait(CancellationToken token = default) =>
        TryWait(out int index, _core.Timeout, token) ? index : throw new BrokenBarrierException(SharedBarrierCore.PartyTimedOut);

    /// <inheritdoc/>
    public bool TryWait(out int index, TimeSpan timeout, CancellationToken token = default)
    {
        var deadline = Deadline.After(timeout);
        token.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using Segment.Usage kept = _segment.Use(this);
        index = -1;
        BarrierParty party = _core.Arrive();
        if (!party.IsSettled)
        {
            var rule = new SharedBarrierCore.Rule(_core, party);
            try
            {
                SharedWait.Wait(this, ref rule, deadline, token);
            }
            catch (OperationCanceledException) when (party.IsSettled)
            {
                // It was released, or chosen to act for the others, at the moment at which it gave up: too late to leave.
            }
            catch (ThreadInterruptedException) when (party.IsSettled)
            {
                System.Threading.Thread.CurrentThread.Interrupt();   // as above; the next wait gets the interrupt
            }
            catch (ObjectDisposedException) when (party.IsSettled)
            {
                // As above: this process closed the barrier at that moment, and the others of the round may be waiting for this party's
                // action.
            }
        }

        (bool success, index) = End(party);
        return success;
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<int> WaitAsync(CancellationToken token = default) =>
        await TryWaitAsync(_core.Timeout, token).ConfigureAwait(false) is (true, var index)
            ? index
            : throw new BrokenBarrierException(SharedBarrierCore.PartyTimedOut);

    /// <inheritdoc/>
    public ValueTask<(bool Success, int Index)> TryWaitAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return WaitAsync(timeout, token);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the barrier.</exception>
    public void Abort()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using Segment.Usage kept = _segment.Use(this);
        _core.Abort();
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the barrier.</exception>
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using Segment.Usage kept = _segment.Use(this);
        _core.Reset();
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the barrier.</exception>
    public int Release()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using Segment.Usage kept = _segment.Use(this);
        return _core.Release();
    }

    /// <summary>"broken", or how many of the parties are waiting.</summary>
    public override string ToString() => StateText.Of(this);

    /// <summary>Ends this process's use of the barrier. Other processes keep it.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _segment.Release();
        }
    }

    private static Segment CreateFor(int parties, TimeSpan? timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parties, 1);
        Deadline.Check(timeout ?? Timeout.InfiniteTimeSpan, nameof(timeout));
        return Segment.Create(SegmentKind.Barrier, SharedBarrierCore.Bytes);
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<(bool Success, int Index)> WaitAsync(TimeSpan timeout, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed || !_segment.TryAddReference(), this);
        try
        {
            return await WaitKeptAsync(timeout, token).ConfigureAwait(false);
        }
        finally
        {
            _segment.Release();
        }
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<(bool Success, int Index)> WaitKeptAsync(TimeSpan timeout, CancellationToken token)
    {
        CallerContext caller = CallerContext.Current;
        BarrierParty party = _core.Arrive();
        if (!party.IsSettled)
        {
            var rule = new SharedBarrierCore.Rule(_core, party);
            try
            {
                await AwaitingLine<SharedBarrierCore.Rule>.Of(this).Enqueue(rule, timeout, token).AsTryTask().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (party.IsSettled)
            {
                // It was released, or chosen to act for the others, at the moment at which it gave up: too late to leave.
            }
            catch (ObjectDisposedException) when (party.IsSettled)
            {
                // As above: this process closed the barrier at that moment.
            }

            if (party.Acts && _action is not null)
            {
                await caller;
            }
        }

        return End(party);
    }

    /// <summary>The next step of a party that no longer waits: break the barrier, go on, or run the action first.</summary>
    private (bool Success, int Index) End(BarrierParty party)
    {
        if (!party.IsSettled)
        {
            _core.TimeOut(party);
            return party.IsSettled ? (true, party.Index) : (false, -1);
        }

        return (true, party.Acts ? Act(party) : party.Index);
    }

    /// <summary>Runs the action as the last party of a round, and releases the others.</summary>
    /// <returns>The caller's number.</returns>
    private int Act(BarrierParty party)
    {
        try
        {
            _action?.Invoke();
        }
        catch
        {
            _core.Break(SharedBarrierCore.Why.ActionFailed, party);
            throw;
        }

        _core.EndRound(party);
        return Parties - 1;
    }
}
