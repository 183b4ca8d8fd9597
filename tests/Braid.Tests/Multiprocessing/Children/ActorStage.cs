using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>The life of a process that acts for tests: it does what it is ordered, on one thread or in a flow of awaits, and tells how it ended.</summary>
/// <remarks>Orders are read on the main thread, so that a cancellation reaches an act that blocks. Acts follow each other: the next is ordered after the answer.</remarks>
internal sealed class ActorStage(Connection parent)
{
    private readonly BlockingActor _thread = new();
    private CancellationTokenSource _cancel = new();   // the main thread's
    private int _number;                               // the main thread's: of the act that the source belongs to

    /// <summary>Obeys until the parent closes its end.</summary>
    public void Play()
    {
        while (TryGetOrder(out ActorOrder? order))
        {
            if (order is null)
            {
                continue;
            }

            if (order.Cancels)
            {
                if (order.Number == _number)   // not one that ended while the order came
                {
                    _cancel.Cancel();
                }

                continue;
            }

            Begin(order);
        }
    }

    private bool TryGetOrder(out ActorOrder? order)
    {
        order = null;
        try
        {
            order = parent.Recv<ActorOrder>();
            return true;
        }
        catch (PayloadException exception)
        {
            parent.Send(new ActorAnswer(null, exception), CancellationToken.None);
            return true;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    private void Begin(ActorOrder order)
    {
        (_number, _cancel) = (order.Number, new CancellationTokenSource());
        if (order.Token == ActorToken.Cancelled)
        {
            _cancel.Cancel();
        }

        CancellationToken token = order.Token == ActorToken.Never ? CancellationToken.None : _cancel.Token;
        if (order.Blocking is { } blocking)
        {
            _ = _thread.Do(() => Answer(() => ValueTask.FromResult(blocking(token)), token));
        }
        else
        {
            _ = Answer(() => order.Awaiting!(token), token);
        }
    }

    private async Task Answer(Func<ValueTask<object?>> act, CancellationToken token)
    {
        ActorAnswer answer;
        try
        {
            answer = new ActorAnswer(await act());
        }
        catch (Exception exception)
        {
            bool isCancelled = exception is OperationCanceledException cancelled && token.CanBeCanceled && cancelled.CancellationToken == token;
            answer = new ActorAnswer(null, exception, isCancelled);
        }

        try
        {
            parent.Send(answer, CancellationToken.None);
        }
        catch (PayloadException exception)
        {
            parent.Send(new ActorAnswer(null, exception), CancellationToken.None);
        }
    }
}
