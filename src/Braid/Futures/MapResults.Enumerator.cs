using System.Collections;
using System.Runtime.ExceptionServices;

namespace Braid.Futures;

public sealed partial class MapResults<TResult>
{
    /// <summary>
    /// Yields the results, one outcome after another. Written by hand because it can continue after it has thrown, which a
    /// compiler-generated iterator cannot.
    /// </summary>
    private sealed class Enumerator(MapResults<TResult> map, CancellationToken token) : IEnumerator<TResult>, IAsyncEnumerator<TResult>
    {
        private Chunk<TResult>? _chunk;   // the one being yielded; null: none
        private int _given;               // how many of its results were yielded
        private bool _isEnded;
        private bool _throwsForItem;      // whether the exception being thrown is the outcome of an item
        private CancellationTokenSource? _both;   // the map's token and the enumeration's, if there are two

        public TResult Current { get; private set; } = default!;

        object? IEnumerator.Current => Current;

        public bool MoveNext()
        {
            if (_isEnded)
            {
                return false;
            }

            try
            {
                while (!TryGiveNext())
                {
                    map.SubmitMore();
                    if (map._submitted.Count == 0)
                    {
                        return EndOfAll();
                    }

                    TakeNext(map._submitted.Next(map._deadline, map._token));
                }

                return true;
            }
            catch
            {
                EndUnlessItemFailed();
                throw;
            }
        }

        [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
        public async ValueTask<bool> MoveNextAsync()
        {
            if (_isEnded)
            {
                return false;
            }

            try
            {
                while (!TryGiveNext())
                {
                    map.SubmitMore();
                    if (map._submitted.Count == 0)
                    {
                        return EndOfAll();
                    }

                    // the following code may run the code of the source
                    TakeNext(await map._submitted.NextAsync(map._deadline, TokenOfBoth()));
                }

                return true;
            }
            catch
            {
                EndUnlessItemFailed();
                throw;
            }
        }

        public void Reset() => throw new NotSupportedException("The results of a Map can be enumerated once only.");

        public void Dispose()
        {
            if (!_isEnded)
            {
                _isEnded = true;
                _both?.Dispose();
                map.End();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>Yields the next outcome of the completed calls.</summary>
        /// <returns>False if there is none.</returns>
        private bool TryGiveNext()
        {
            while (_chunk is { } chunk)
            {
                if (_given < chunk.Results.Count)
                {
                    Current = chunk.Results[_given++];
                    return true;
                }

                (_chunk, _given) = (chunk.Rest, 0);
                if (chunk.Failure is { } failure)
                {
                    _throwsForItem = true;
                    ExceptionDispatchInfo.Throw(failure);
                }
            }

            return false;
        }

        /// <param name="call">A completed call; null if the time is up.</param>
        private void TakeNext(Future<Chunk<TResult>>? call)
        {
            if (call is null)
            {
                throw map.TimedOut();
            }

            _throwsForItem = true;
            _chunk = call.Result(CancellationToken.None);
            _throwsForItem = false;
        }

        private bool EndOfAll()
        {
            Dispose();
            map._sourceFailure?.Throw();
            return false;
        }

        private void EndUnlessItemFailed()
        {
            if (!_throwsForItem || !map._goesOn || map._token.IsCancellationRequested)
            {
                Dispose();
            }

            _throwsForItem = false;
        }

        private CancellationToken TokenOfBoth()
        {
            if (!token.CanBeCanceled || !map._token.CanBeCanceled)
            {
                return token.CanBeCanceled ? token : map._token;
            }

            return (_both ??= CancellationTokenSource.CreateLinkedTokenSource(token, map._token)).Token;
        }
    }
}
