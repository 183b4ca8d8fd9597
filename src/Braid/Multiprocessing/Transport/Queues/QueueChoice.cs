using Braid.Queues;

namespace Braid.Multiprocessing;

/// <summary>A choice among queues between processes.</summary>
/// <remarks>
/// At a shared queue, finding and taking an item is one step, which may fail because another process was faster. So attempts and
/// withdrawals happen one at a time, under the choice's own gate: an attempt that takes therefore always also chooses. This gate is entered
/// inside the gate of a line, never the other way round.
/// </remarks>
/// <param name="queues">The queues.</param>
/// <param name="first">The queue in whose line to wait first.</param>
internal sealed class QueueChoice<T>(Queue<T>[] queues, int first) : Choice<Queue<T>, T>(queues, first)
{
    private readonly Gate _gate = new();
    private Message _message;   // written by the attempt that chooses, before Finish

    public static QueueChoice<T> New(Queue<T>[] queues, int first) => new(queues, first);

    public override T ReadItem() => Queue<T>.Read(_message);

    protected override bool TryClose()
    {
        using Gate.Scope held = _gate.Enter();
        return base.TryClose();
    }

    protected override IPlace NewPlace(Queue<T> queue) => new Place(this, queue);

    /// <summary>One attempt of one place.</summary>
    internal readonly struct Attempt(Place place) : ISharedRule
    {
        static string ISharedRule.Wanted => "an item of ";

        public bool TryTake(out FutexPoint sleepOn) => place.TryTake(out sleepOn);

        public void GiveUp() => place.Withdraw();
    }

    /// <summary>The choice's place in the line of one queue.</summary>
    internal sealed class Place : RuleWaiter<Attempt>, IPlace
    {
        private readonly QueueChoice<T> _choice;
        private readonly Queue<T> _queue;
        private readonly AwaitingLine<Attempt> _line;
        private RingRule<GetAttempt> _rule;        // guarded by the choice's gate
        private bool _isAnnounced;    // guarded by the choice's gate: the ring counts it as waiting
        private bool _isChosen;       // written under the line's gate, read after it by the thread that settled the place
        private bool _isEnded;        // as _isChosen

        public Place(QueueChoice<T> choice, Queue<T> queue)
        {
            (_choice, _queue) = (choice, queue);
            _rule = queue.NewGetRule();
            _line = AwaitingLine<Attempt>.Of(queue);
            Prepare(_line, new Attempt(this));
        }

        public void Enlist() => _line.Enqueue(this, Timeout.InfiniteTimeSpan, CancellationToken.None);

        public void Leave() => _line.GiveUp(this, WaitState.Cancelled);

        /// <returns>Whether the place is done with its queue: it has chosen, the queue has ended, or nothing more is wanted.</returns>
        public bool TryTake(out FutexPoint sleepOn)
        {
            sleepOn = default;
            using Gate.Scope held = _choice._gate.Enter();
            if (!_choice.IsOpen)
            {
                WithdrawUnderGate();
                return true;
            }

            _isAnnounced = false;   // in case the attempt throws
            _isAnnounced = !_rule.TryTake(out sleepOn);
            if (_isAnnounced)
            {
                return false;
            }

            _isEnded = _rule.Outcome == RingOutcome.Ended;
            if (!_isEnded)
            {
                _choice._message = _rule.Attempt.Message;
                _isChosen = _choice.TryChoose();
            }

            return true;
        }

        public void Withdraw()
        {
            using Gate.Scope held = _choice._gate.Enter();
            WithdrawUnderGate();
        }

        internal override void Wake()
        {
            base.Wake();
            if (_isChosen || (Failure is not null && _choice.TryChoose()))
            {
                _choice.Finish(_queue, Failure);
            }
            else if (_isEnded)
            {
                _choice.OnEnded();
            }
        }

        protected override void Recycle()
        {
            // Its choice owns it.
        }

        private void WithdrawUnderGate()
        {
            if (_isAnnounced)
            {
                _isAnnounced = false;
                _rule.GiveUp();
            }
        }
    }
}
