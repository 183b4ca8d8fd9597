using System.IO.Pipelines;

namespace BugZoo.Calls;

/// <summary>A pipe with four bytes in it. Six make its writer pause, until there are fewer than four.</summary>
/// <remarks>A field that is said to be a side's is touched by the calls of that side, and when they have ended.</remarks>
internal sealed class PipeUse : IUse
{
    private const int First = 4;
    private const int Pause = 6;
    private const int Resume = 4;
    private const int Written = 2;

    private readonly Pipe _pipe;
    private readonly CancellationTokenSource _cancel = new();
    private bool _readerIsDone;         // the reader's
    private bool _leavesSome;           // the reader's: it has examined bytes and left them
    private bool _writerIsDone;         // the writer's
    private bool _hasFailed;            // the writer's: it is done with an exception
    private bool _isUnsure;             // the writer's: a write was cancelled, before it wrote or after
    private bool _copies;               // the reader's, volatile: how much a copy has taken is known when it has ended

    public PipeUse(bool isInline)
    {
        PipeScheduler scheduler = isInline ? PipeScheduler.Inline : PipeScheduler.ThreadPool;
        _pipe = new Pipe(new PipeOptions(
            pauseWriterThreshold: Pause, resumeWriterThreshold: Resume, readerScheduler: scheduler, writerScheduler: scheduler));
        _pipe.Writer.WriteAsync(new byte[First]).GetAwaiter().GetResult();
    }

    public CancellationToken Token => _cancel.Token;

    public void Cancel() => _cancel.Cancel();

    public void CancelRead() => _pipe.Reader.CancelPendingRead();

    public void CancelFlush() => _pipe.Writer.CancelPendingFlush();

    /// <summary>Reads, and takes what is there.</summary>
    public Task<int> ReadAsync(Func<PipeReader, ValueTask<ReadResult>> read) => AsReader(async reader => Take(reader, await read(reader)));

    /// <summary>Takes what is there, if there is anything.</summary>
    public Task<int> TryReadAsync() =>
        AsReader(reader => Task.FromResult(reader.TryRead(out ReadResult result) ? Take(reader, result) : 0));

    /// <summary>Takes two bytes of what is there, and looks at no more.</summary>
    public Task<int> ReadTwoAsync() => AsReader(reader =>
    {
        if (!reader.TryRead(out ReadResult result))
        {
            return Task.FromResult(0);
        }

        int taken = (int)Math.Min(2, result.Buffer.Length);
        SequencePosition end = result.Buffer.GetPosition(taken);
        reader.AdvanceTo(end, _leavesSome ? result.Buffer.End : end);      // what was examined stays examined
        return Task.FromResult(-taken);
    });

    /// <summary>Looks at what is there, and takes nothing: it is not enough.</summary>
    public Task<int> ExamineAsync() => AsReader(reader =>
    {
        if (reader.TryRead(out ReadResult result))
        {
            _leavesSome |= !result.Buffer.IsEmpty;
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        return Task.FromResult(0);
    });

    public Task<int> CopyAsync() => AsReader(async reader =>
    {
        using var copy = new MemoryStream();
        Volatile.Write(ref _copies, true);
        try
        {
            await reader.CopyToAsync(copy);
        }
        catch (Exception e) when (MayThrow(e))
        {
            // What was copied before that is copied.
        }

        Volatile.Write(ref _copies, false);
        return -(int)copy.Length;
    });

    public Task<int> ReadStreamAsync() => AsReader(async reader => -await reader.AsStream(leaveOpen: true).ReadAsync(new byte[16]));

    public Task<int> EndReadingAsync(Func<PipeReader, Task> complete) => AsReader(async reader =>
    {
        _readerIsDone = true;
        await complete(reader);
        return 0;
    });

    /// <summary>Writes and flushes two bytes.</summary>
    public Task<int> WriteAsync(Func<PipeWriter, byte[], Task> write) => AsWriter(async writer =>
    {
        try
        {
            await write(writer, new byte[Written]);
        }
        catch (OperationCanceledException)
        {
            _isUnsure = true;
        }

        return Written;
    });

    /// <summary>Writes two bytes, and leaves it to a later call to flush them.</summary>
    public Task<int> AdvanceAsync() => AsWriter(writer =>
    {
        writer.GetSpan(Written)[..Written].Clear();
        writer.Advance(Written);
        return Task.FromResult(Written);
    });

    public Task<int> FlushAsync() => AsWriter(async writer =>
    {
        await writer.FlushAsync();
        return 0;
    });

    public Task<int> CountUnflushedAsync() => AsWriter(writer =>
    {
        Claim.That(!writer.CanGetUnflushedBytes || writer.UnflushedBytes >= 0, "bytes that are not flushed can be counted");
        return Task.FromResult(0);
    });

    public Task<int> EndWritingAsync(Func<PipeWriter, Task> complete, bool fails = false) => AsWriter(async writer =>
    {
        _writerIsDone = true;
        _hasFailed = fails;
        await complete(writer);
        return 0;
    });

    public bool MayWait(Side side, int added, bool othersWait)
    {
        long there = First + added - _pipe.Writer.UnflushedBytes;
        bool isUnsure = _isUnsure || Volatile.Read(ref _copies);
        return isUnsure || (!othersWait && (side == Side.Reader ? _leavesSome || there == 0 : there + Written >= Resume));
    }

    public bool MayThrow(Exception thrown) => thrown is OperationCanceledException or TimeoutException;

    public void Close()
    {
        CancelRead();
        CancelFlush();
    }

    public void Check(int added)
    {
        if (!_writerIsDone)
        {
            _pipe.Writer.Complete();
        }

        if (!_readerIsDone)
        {
            int left = 0;
            while (!_hasFailed && _pipe.Reader.TryRead(out ReadResult result))
            {
                left -= Take(_pipe.Reader, result);
                if (result.IsCompleted)
                {
                    break;
                }
            }

            Claim.That(_hasFailed || _isUnsure || First + added == left, "each byte is read once, or still there");
            _pipe.Reader.Complete();
        }

        _pipe.Reset();
    }

    private int Take(PipeReader reader, ReadResult result)
    {
        int length = (int)result.Buffer.Length;
        _leavesSome = false;
        reader.AdvanceTo(result.Buffer.End);
        return -length;
    }

    /// <summary>No reader is used when it is completed.</summary>
    private Task<int> AsReader(Func<PipeReader, Task<int>> read) => _readerIsDone ? Task.FromResult(0) : read(_pipe.Reader);

    /// <summary>No writer is used when it is completed.</summary>
    private Task<int> AsWriter(Func<PipeWriter, Task<int>> write) => _writerIsDone ? Task.FromResult(0) : write(_pipe.Writer);
}
