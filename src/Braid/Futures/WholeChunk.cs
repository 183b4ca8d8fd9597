namespace Braid.Futures;

/// <summary>
/// A chunk of a map in which every item is called and has its own outcome. The items after one that fails continue as another call.
/// </summary>
internal sealed class WholeChunk<T, TResult> : Future<Chunk<TResult>>
{
    private readonly ChunkSubmitter _submitter;
    private readonly Func<T, TResult> _function;
    private readonly T[] _items;
    private readonly int _retries;
    private readonly CancellationToken _token;
    private readonly Chunk<TResult> _outcome = new([], null);   // by the thread that handles the end of a call: one after another
    private Chunk<TResult> _last;                               // likewise: the last of the linked outcomes
    private int _ended;                                         // likewise: items
    private Future<Chunk<TResult>>? _call;                      // replaced by a full fence: the call for the items that have not ended

    /// <summary>Submits it. Exceptions of the submission are thrown here.</summary>
    public WholeChunk(ChunkSubmitter submitter, Func<T, TResult> function, T[] items, int retries, CancellationToken token)
    {
        (_submitter, _function, _items, _retries, _token, _last) = (submitter, function, items, retries, token, _outcome);
        SetRunningOrNotifyCancel();
        submitter.AddUser();
        try
        {
            SubmitRest();
        }
        catch
        {
            submitter.Release();
            throw;
        }
    }

    private protected override bool CanStop => true;

    private protected override void OnCancelled() => Volatile.Read(ref _call)?.Cancel();   // pairs with the exchange in SubmitRest

    private void SubmitRest()
    {
        T[] rest = _items[_ended..];
        Future<Chunk<TResult>> call =
            _submitter.Submit(Chunk<TResult>.Call(_function, rest, _retries), rest.Length, callsAll: false, isRest: _ended > 0, _token);
        // a full fence; pairs with the one of the cancellation's state: either OnCancelled finds this call, or it is cancelled here
        Interlocked.Exchange(ref _call, call);
        if (Cancelled)
        {
            call.Cancel();   // the cancellation may have found the previous call
        }

        call.AddDoneCallback(OnEnded);
    }

    private void OnEnded(Future call)
    {
        try
        {
            if (call.Cancelled)
            {
                Cancel();
            }
            else if (TakeOutcome((Future<Chunk<TResult>>)call))
            {
                SubmitRest();
                return;
            }
            else
            {
                PrepareResult(_outcome);
                TryFinish();
            }
        }
        catch (Exception exception)
        {
            FailRest(exception);   // the rest is refused
            PrepareResult(_outcome);
            TryFinish();
        }

        _submitter.Release();
    }

    /// <returns>Whether there are items that were not called.</returns>
    private bool TakeOutcome(Future<Chunk<TResult>> call)
    {
        if (call.Failure is { } failure)
        {
            Append(new Chunk<TResult>([], failure));
            if (_submitter.FailsAll(failure))
            {
                FailRest(failure);
            }
        }
        else
        {
            Append(call.Result());
        }

        return _ended < _items.Length;
    }

    private void FailRest(Exception failure)
    {
        while (_ended < _items.Length)
        {
            Append(new Chunk<TResult>([], failure));
        }
    }

    private void Append(Chunk<TResult> part)
    {
        _ended += part.Results.Count + (part.Failure is null ? 0 : 1);
        _last.Rest = part;
        _last = part;
    }
}
