namespace Braid.Queues;

/// <summary>A choice among queues of this process.</summary>
/// <param name="queues">The queues.</param>
/// <param name="first">Whose line to stand in first.</param>
internal sealed class QueueChoice<T>(Queue<T>[] queues, int first) : Choice<Queue<T>, T>(queues)
{
    private readonly Place?[] _places = new Place?[queues.Length];   // by the caller while it enlists, then by whoever withdraws
    private Place? _chosen;                                          // written before Finish

    public override T ReadItem() => _chosen!.Item!;

    protected override void Enlist()
    {
        for (int i = 0; i < Queues.Length && IsOpen; i++)
        {
            Queue<T> queue = Queues[(first + i) % Queues.Length];
            queue.Enlist(_places[i] = new Place(this, queue));
        }
    }

    protected override void Withdraw()
    {
        foreach (Place? place in _places)
        {
            place?.Leave();
        }
    }

    private sealed class Place(QueueChoice<T> choice, Queue<T> queue) : ItemWaiter<T>
    {
        private bool _isChosen;   // written under the queue's gate, read by the same thread after it

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
