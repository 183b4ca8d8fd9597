using System.Runtime.InteropServices;
using Braid.Futures;

namespace Braid.Multiprocessing;

/// <summary>The future of a chunk of a map. The results of its items come from the attempt that ended, and from earlier attempts.</summary>
internal sealed unsafe class ChunkPoolCall<TResult>(ProcessPool pool) : PoolCall<Chunk<TResult>>(pool)
{
    private readonly bool _isPlain = PlainPayload<TResult>.Is;

    private protected override bool ReadsInPlace(byte* data, long bytes) =>
        _isPlain && TryReadEnd(data, bytes, out ItemsEnd end) && end.FailureBytes == 0 && Task.Chunk!.Kept.Count == 0;

    private protected override Chunk<TResult> Read(byte* data, long bytes)
    {
        if (!TryReadEnd(data, bytes, out ItemsEnd end))   // once more: the worker could have changed it
        {
            throw new InvalidDataException(
                $"The results of a chunk are damaged: {end.Results} results in {end.ResultBytes} bytes and a failure of " +
                $"{end.FailureBytes} are said to be in a message of {bytes} bytes.");
        }

        (List<TResult> results, Exception? failure) = ReadKept();
        failure ??= Read(results, data, end.ResultBytes, end.FailureBytes, end.Results);
        return new Chunk<TResult>(results, failure);
    }

    private protected override void FailHere(Exception exception) => End(exception);

    private protected override void CompleteHere() => End(null);

    /// <summary>Ends it without further results.</summary>
    private void End(Exception? exception)
    {
        if (Task.Chunk is { Kept.Count: 0 } && exception is not null)
        {
            TrySetException(Task.Chunk.Failure ?? exception);
            return;
        }

        CallbackThreads.Run(() =>
        {
            Exception? unreadable = null;
            try
            {
                (List<TResult> results, Exception? failure) = ReadKept();
                PrepareResult(new Chunk<TResult>(results, failure ?? exception));
            }
            catch (Exception failure)
            {
                unreadable = failure;
            }

            if (unreadable is null)
            {
                TryFinish();
            }
            else
            {
                TrySetException(unreadable);
            }
        });
    }

    /// <returns>Whether it is consistent.</returns>
    private bool TryReadEnd(byte* data, long bytes, out ItemsEnd end)
    {
        long before = bytes - sizeof(ItemsEnd);
        end = before < 0 ? default : Unsafe.ReadUnaligned<ItemsEnd>(data + before);
        return before >= 0
            && end.ResultBytes >= 0 && end.ResultBytes <= before
            && end.FailureBytes >= 0 && end.FailureBytes <= before - end.ResultBytes
            && end.Results >= 0 && end.Results <= Task.Chunk!.Count;
    }

    private (List<TResult> Results, Exception? Failure) ReadKept()
    {
        var results = new List<TResult>();
        Exception? failure = null;
        foreach (KeptItems kept in Task.Chunk!.Kept)
        {
            fixed (byte* data = kept.Bytes)
            {
                failure ??= Read(results, data, kept.ResultBytes, kept.FailureBytes, kept.Results);
            }
        }

        return (results, failure ?? Task.Chunk.Failure);
    }

    /// <returns>The failure after the results; null if there is none.</returns>
    private Exception? Read(List<TResult> results, byte* data, long resultBytes, long failureBytes, int count)
    {
        if (count > 0)
        {
            var reader = new PayloadReader(data, resultBytes, Source);
            TypeStamp.Check<TResult>(reader.ReadStamp());
            int before = results.Count;
            CollectionsMarshal.SetCount(results, before + count);
            Elements<TResult>.Read(ref reader, ref CollectionsMarshal.AsSpan(results)[before], count);
            reader.RequireEnd(typeof(TResult));
        }

        if (failureBytes == 0)
        {
            return null;
        }

        var behind = new PayloadReader(data + resultBytes, failureBytes, Source);
        return Pool.Explain(Payload.Read<Exception>(ref behind));
    }
}
