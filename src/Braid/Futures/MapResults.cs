using System.Collections;
using System.Runtime.ExceptionServices;

namespace Braid.Futures;

/// <summary>The results of <see cref="Executor.Map{T, TResult}"/>, in order, as they come: for <c>foreach</c> or <c>await foreach</c>, once.</summary>
/// <remarks>It is no <see cref="IAsyncEnumerable{T}"/>, so that LINQ's operators are not ambiguous; <c>await foreach</c> needs only the method. Ending the enumeration, in whichever way, cancels the calls that have not begun.</remarks>
/// <typeparam name="TResult">The type of the results.</typeparam>
public sealed class MapResults<TResult> : IEnumerable<TResult>
{
    private readonly IEnumerator<Future<Chunk<TResult>>> _calls;                              // reading it submits; the enumerating thread only
    private readonly System.Collections.Generic.Queue<Future<Chunk<TResult>>> _submitted = new();   // likewise
    private readonly int _maxCalls;
    private readonly Deadline _deadline;
    private readonly CancellationToken _token;
    private int _isTaken;                                                                     // by Interlocked: 1 once it is enumerated

    internal MapResults(IEnumerable<Future<Chunk<TResult>>> calls, int maxCalls, Deadline deadline, CancellationToken token)
    {
        _calls = calls.GetEnumerator();
        _maxCalls = maxCalls;
        _deadline = deadline;
        _token = token;
        try
        {
            SubmitMore();
        }
        catch
        {
            End();
            throw;
        }
    }

    /// <summary>Enumerates the results; waiting for the next blocks the thread.</summary>
    /// <exception cref="InvalidOperationException">They are or were enumerated already.</exception>
    public IEnumerator<TResult> GetEnumerator()
    {
        Take();
        return Enumerate();
    }

    /// <summary>Enumerates the results; waiting for the next does not block the thread.</summary>
    /// <param name="cancellationToken">Ends the wait for the next result.</param>
    /// <exception cref="InvalidOperationException">They are or were enumerated already.</exception>
    public IAsyncEnumerator<TResult> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        Take();
        return EnumerateAsync(cancellationToken);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerator<TResult> Enumerate()
    {
        try
        {
            while (_submitted.TryDequeue(out Future<Chunk<TResult>>? call))
            {
                if (!call.TryResult(out Chunk<TResult>? chunk, _deadline.Left, _token))
                {
                    throw TimedOut(call);
                }

                foreach (TResult result in chunk.Results)
                {
                    yield return result;
                }

                if (chunk.Failure is { } failure)
                {
                    ExceptionDispatchInfo.Throw(failure);
                }

                SubmitMore();
            }
        }
        finally
        {
            End();
        }
    }

    private async IAsyncEnumerator<TResult> EnumerateAsync(CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_token, cancellationToken);
        try
        {
            while (_submitted.TryDequeue(out Future<Chunk<TResult>>? call))
            {
                (bool isDone, Chunk<TResult> chunk) = await call.TryResultAsync(_deadline.Left, both.Token).ConfigureAwait(false);
                if (!isDone)
                {
                    throw TimedOut(call);
                }

                foreach (TResult result in chunk.Results)
                {
                    yield return result;
                }

                if (chunk.Failure is { } failure)
                {
                    ExceptionDispatchInfo.Throw(failure);
                }

                SubmitMore();
            }
        }
        finally
        {
            End();
        }
    }

    private void SubmitMore()
    {
        while (_submitted.Count < _maxCalls && _calls.MoveNext())
        {
            _submitted.Enqueue(_calls.Current);
        }
    }

    private void Take()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) != 0)
        {
            throw new InvalidOperationException("The results of a Map can be enumerated once only. Keep them in a list to read them again.");
        }
    }

    private TimeoutException TimedOut(Future call)
    {
        call.Cancel();
        return new TimeoutException($"The results of the Map were not complete in time: {1 + _submitted.Count} calls unfinished.");
    }

    private void End()
    {
        _calls.Dispose();
        while (_submitted.TryDequeue(out Future<Chunk<TResult>>? call))
        {
            call.Cancel();
        }
    }
}
