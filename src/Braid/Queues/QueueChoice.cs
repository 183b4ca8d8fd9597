namespace Braid.Queues;

/// <summary>A choice among queues of this process.</summary>
/// <param name="queues">The queues.</param>
/// <param name="first">The queue in whose line to wait first.</param>
internal sealed class QueueChoice<T>(Queue<T>[] queues, int first) : Choice<Queue<T>, T>(queues, first)
{
    private Place? _chosen;   // written before Finish

    public static QueueChoice<T> New(Queue<T>[] queues, int first) => new(queues, first);

    public override T ReadItem() => _chosen!.Item!;

    protected override IPlace NewPlace(Queue<T> queue) => new Place(this, queue);

    private sealed class Place(QueueChoice<T> choice, Queue<T> queue) : ItemWaiter<T>, IPlace
    {
        private bool _isChosen;   // written under the queue's gate, read by the same thread after it

        public void Enlist() => queue.Enlist(this);

        public void Leave() => queue.Leave(this);

        internal override bool TryChoose() => _isChosen = choice.TryChoose();

        internal override void Wake()
        {
            if (_isChosen)
            {
                choice._chosen = this;
                choice.Finish(queue, Failure);
            }
            else if (State == WaitState.Refused)
            {
                choice.OnEnded();
            }
        }
    }
}
