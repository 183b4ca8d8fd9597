using System.Threading.Tasks.Sources;

namespace Braid.Queues;

/// <summary>One call that gets from whichever of several queues has an item for it first.</summary>
/// <remarks>
/// <para>
/// It waits in the line of each queue as an awaiting getter, so in each it is served in its turn, whether its own caller blocks or awaits.
/// The queue whose turn it is <em>chooses</em> before it takes an item out: the state goes from open to chosen, once. Every other queue
/// finds it chosen and continues with its next getter, so no second item is taken. A caller that gives up closes the choice by the same
/// step; if it is too late, the item is on its way, and the call returns it: no item is lost.
/// </para>
/// <para>
/// The thread that served it finishes it outside all gates and so wakes the caller; the caller then leaves the other lines. A line that it
/// has not left yet costs only its place. No pool thread takes part.
/// </para>
/// <para>
/// Orders: <c>_state</c> leaves open once, by compare-exchange, so exactly one of the queues and the caller wins; nothing is published by
/// it. The outcome is published by <c>_isDone</c>, under the gate of the caller's wait; the spinning caller's read without the gate is only
/// a reason to enter it. The decrement of <c>_living</c> that finds 0 is the last queue's.
/// </para>
/// </remarks>
/// <typeparam name="TQueue">The type of the queues.</typeparam>
/// <typeparam name="T">The type of the items.</typeparam>
internal abstract class Choice<TQueue, T> : IStandIn
    where TQueue : class
{
    private const int Open = 0;
    private const int Chosen = 1;
    private const int Closed = 2;

    private readonly WaitQueue _outcome;   // where the caller waits
    private int _state;                    // by compare-exchange
    private int _living;                   // queues that may still have an item; by Interlocked
    // guarded by the gate of _outcome; a spinning thread reads it. The next fields are written before and read after
    private bool _isDone;
    private TQueue? _from;
    private Exception? _failure;
    private readonly int _first;
    private readonly IPlace?[] _places;    // by the caller while it enlists, then by the thread that withdraws

    /// <param name="queues">The queues.</param>
    /// <param name="first">The queue in whose line to wait first.</param>
    protected Choice(TQueue[] queues, int first)
    {
        Queues = queues;
        _first = first;
        _places = new IPlace?[queues.Length];
        _living = queues.Length;
        _outcome = new WaitQueue(new Gate(), this, "an item of ");
    }

    /// <summary>The queue that the item came from, once the call has succeeded.</summary>
    public TQueue From => _from!;

    protected TQueue[] Queues { get; }

    /// <summary>Whether an item is still wanted.</summary>
    public bool IsOpen => Volatile.Read(ref _state) == Open;

    /// <summary>The item, once the call has succeeded. Read it once.</summary>
    public abstract T ReadItem();

    /// <summary>Commits the choice to the calling queue's item, or to its end; false if another queue was chosen.</summary>
    public bool TryChoose() => Interlocked.CompareExchange(ref _state, Chosen, Open) == Open;

    /// <summary>Blocks until there is an item (true) or the time is up (false).</summary>
    public bool Wait(Deadline deadline, CancellationToken token)
    {
        try
        {
            Enlist();
            var done = new Done(this);
            if (!_outcome.Wait(ref done, deadline, token) && TryClose())
            {
                return false;
            }
        }
        catch (OperationCanceledException) when (!TryClose())
        {
            // Too late: an item has been chosen.
        }
        catch (ThreadInterruptedException) when (!TryClose())
        {
            System.Threading.Thread.CurrentThread.Interrupt();   // too late as well: it is for the next wait
        }
        finally
        {
            Withdraw();
        }

        UninterruptibleMonitor.Run(this, static choice =>
        {
            var done = new Done(choice);
            choice._outcome.Wait(ref done, Deadline.Never, CancellationToken.None);
        });
        return _failure is null ? true : throw _failure;
    }

    Type IStandIn.For => typeof(TQueue);

    /// <summary>Waits without blocking the thread until there is an item.</summary>
    public ValueTask<(TQueue Queue, T Item)> WaitAsync(CancellationToken token)
    {
        Awaiter awaiter = Await(Timeout.InfiniteTimeSpan, token);
        return new ValueTask<(TQueue, T)>(awaiter, awaiter.Number);
    }

    /// <summary>Waits without blocking the thread until there is an item or the time is up.</summary>
    public ValueTask<(bool Success, TQueue Queue, T Item)> TryWaitAsync(TimeSpan timeout, CancellationToken token)
    {
        Awaiter awaiter = Await(timeout, token);
        return new ValueTask<(bool, TQueue, T)>(awaiter, awaiter.Number);
    }

    public override string ToString() => $"any of {Queues.Length} queues: {string.Join("; ", (object[])Queues)}";

    /// <summary>Creates the choice's place in the line of a queue.</summary>
    protected abstract IPlace NewPlace(TQueue queue);

    /// <summary>Wakes the caller with the chosen item. Outside all gates, after <see cref="TryChoose"/>.</summary>
    protected void Finish(TQueue? from, Exception? failure)
    {
        _from = from;
        _failure = failure;
        var done = new Done(this);
        using Gate.Scope held = _outcome.Gate.Enter();
        Volatile.Write(ref _isDone, true);
        _outcome.ServeHead(ref done);
    }

    /// <summary>One of the queues is shut down and empty. With the last one the call fails. Outside all gates.</summary>
    protected void OnEnded()
    {
        if (Interlocked.Decrement(ref _living) == 0 && TryChoose())
        {
            Finish(null, new QueueShutDownException());
        }
    }

    /// <summary>Gives up; false if an item has been chosen.</summary>
    protected virtual bool TryClose() => Interlocked.CompareExchange(ref _state, Closed, Open) == Open;

    /// <summary>Joins the line of each queue, as long as the choice is open.</summary>
    private void Enlist()
    {
        for (int i = 0; i < Queues.Length && IsOpen; i++)
        {
            IPlace place = NewPlace(Queues[(_first + i) % Queues.Length]);
            _places[i] = place;
            place.Enlist();
        }
    }

    /// <summary>
    /// Leaves the lines. Outside all gates, by the caller or the thread that wakes it; after that no line refers to the choice.
    /// </summary>
    private void Withdraw()
    {
        foreach (IPlace? place in _places)
        {
            place?.Leave();
        }
    }

    private Awaiter Await(TimeSpan timeout, CancellationToken token)
    {
        Enlist();
        var awaiter = new Awaiter(this);
        var done = new Done(this);
        _outcome.WaitAsync(awaiter, ref done, timeout, token);
        return awaiter;
    }

    /// <summary>The choice's place in the line of one queue.</summary>
    protected interface IPlace
    {
        /// <summary>Joins the line, or is served at once.</summary>
        void Enlist();

        /// <summary>Leaves the line, if it has not been served.</summary>
        void Leave();
    }

    private sealed class Awaiter(
        Choice<TQueue, T> choice) : AsyncWaiter, IValueTaskSource<(TQueue Queue, T Item)>, IValueTaskSource<(bool Success, TQueue Queue,
        T Item)>
    {
        public short Number => Version;

        internal override void GiveUp(WaitState reason)
        {
            if (choice.TryClose())
            {
                base.GiveUp(reason);
            }
        }

        internal override void Wake()
        {
            choice.Withdraw();
            base.Wake();
        }

        (TQueue Queue, T Item) IValueTaskSource<(TQueue Queue, T Item)>.GetResult(short token)
        {
            Finish(token);
            return (choice.From, choice.ReadItem());
        }

        (bool Success, TQueue Queue, T Item) IValueTaskSource<(bool Success, TQueue Queue, T Item)>.GetResult(short token) =>
            Finish(token) ? (true, choice.From, choice.ReadItem()) : default;

        protected override void Recycle()
        {
            // Each call makes its own: its choice owns it.
        }
    }

    private readonly struct Done(Choice<TQueue, T> choice) : IRule
    {
        public bool KeepsOrder => false;

        public bool LooksReady() => Volatile.Read(ref choice._isDone);

        public bool TryTake(bool othersWait) => choice._isDone;

        public bool TryServe(AsyncWaiter waiter, bool othersWait)
        {
            waiter.Failure = choice._isDone ? choice._failure : null;
            return choice._isDone;
        }

        public bool CanTake() => choice._isDone;
    }
}
