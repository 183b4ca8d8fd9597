using System.Collections;
using System.Runtime.ExceptionServices;

namespace Braid.Futures;

/// <summary>
/// The results of <c>Map</c> or <c>MapUnordered</c> of an <see cref="Executor"/>, as they arrive: for <c>foreach</c> or <c>await
/// foreach</c>, once.
/// </summary>
/// <remarks>
/// It is not an <see cref="IAsyncEnumerable{T}"/>, so that LINQ's operators are not ambiguous; <c>await foreach</c> needs only the method.
/// Ending the enumeration, in any way, cancels those of the remaining calls that can be cancelled, and disposes the source.
/// </remarks>
/// <typeparam name="TResult">The type of the results.</typeparam>
public sealed partial class MapResults<TResult> : IEnumerable<TResult>
{
    // Held while calls are submitted, which runs the source's code
    private readonly Threading.Lock _feeding = Threading.Lock.OfBraid();
    private readonly IMapOrder<TResult> _submitted;                // filled by the feeding thread, emptied by the enumerating one
    private readonly Deadline _deadline;
    private readonly CancellationToken _token;
    private readonly bool _goesOn;
    private readonly int? _maxCalls;
    // guarded by _feeding: reading it submits; null once all are submitted, since it keeps the executor and the source alive
    private IEnumerator<Future<Chunk<TResult>>>? _calls;
    private ExceptionDispatchInfo? _sourceFailure;                 // likewise: to be thrown after the results before it
    private int _isTaken;                                          // by Interlocked: 1 once it is enumerated

    /// <param name="calls">Submits the calls as it is read.</param>
    /// <param name="order">The order in which their results are yielded.</param>
    /// <param name="maxCalls">
    /// The maximum number of calls that are submitted and not yielded; null for all, which are then submitted now.
    /// </param>
    /// <param name="goesOn">Whether the enumeration continues after a call that failed.</param>
    /// <param name="deadline">When the last must have been yielded.</param>
    /// <param name="token">Ends the wait for the next.</param>
    internal MapResults(
        IEnumerable<Future<Chunk<TResult>>> calls,
        IMapOrder<TResult> order,
        int? maxCalls,
        bool goesOn,
        Deadline deadline,
        CancellationToken token)
    {
        _calls = calls.GetEnumerator();
        _submitted = order;
        _maxCalls = maxCalls;
        _deadline = deadline;
        _token = token;
        _goesOn = goesOn;
        SubmitMore();
        if (maxCalls is null && _sourceFailure is not null)
        {
            End();
            _sourceFailure.Throw();
        }
    }

    /// <summary>Enumerates the results; waiting for the next blocks the thread.</summary>
    /// <exception cref="InvalidOperationException">They have been enumerated before, or are being enumerated.</exception>
    public IEnumerator<TResult> GetEnumerator()
    {
        Take();
        return new Enumerator(this, CancellationToken.None);
    }

    /// <summary>Enumerates the results; waiting for the next does not block the thread.</summary>
    /// <param name="cancellationToken">Ends the wait for the next result.</param>
    /// <exception cref="InvalidOperationException">They have been enumerated before, or are being enumerated.</exception>
    public IAsyncEnumerator<TResult> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        Take();
        return new Enumerator(this, cancellationToken);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Submits one more call, even beyond the number that is submitted ahead of the enumeration. Any thread.</summary>
    /// <returns>False if there is none.</returns>
    internal bool TrySubmitOne()
    {
        using (_feeding.EnterScope())
        {
            return TryFeed();
        }
    }

    private void SubmitMore()
    {
        using (_feeding.EnterScope())
        {
            while ((_maxCalls is null || _submitted.Count < _maxCalls) && TryFeed())
            {
            }
        }
    }

    private bool TryFeed()
    {
        try
        {
            if (_calls?.MoveNext() == true)
            {
                _submitted.Add(_calls.Current);
                return true;
            }
        }
        catch (Exception exception)
        {
            _sourceFailure = ExceptionDispatchInfo.Capture(exception);
        }

        EndSource();
        return false;
    }

    private void Take()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) != 0)   // one enumeration wins
        {
            throw new InvalidOperationException(
                "The results of a Map can be enumerated once only. Keep them in a list to read them again.");
        }
    }

    private TimeoutException TimedOut() => new($"The results of the Map were not complete in time: {_submitted.Count} calls unfinished.");

    private void End()
    {
        using (_feeding.EnterScope())
        {
            EndSource();
        }

        _submitted.Dispose();
    }

    private void EndSource()
    {
        IEnumerator<Future<Chunk<TResult>>>? calls = _calls;
        _calls = null;
        calls?.Dispose();
    }
}
