using System.Buffers;
using Braid.Futures;

namespace Braid.Multiprocessing;

/// <summary>In a worker: writes the results of a chunk's items, one by one, to memory that outlives the worker.</summary>
/// <remarks>
/// <para>
/// A chunk is one task for many items, so that small ones cost little. But each item that has ended has ended for good: if the worker dies,
/// or is killed because one item takes too long, the results of the others are kept, and no item that has run runs again. So each result is
/// written into shared memory before the next item begins: into a message of the items' ring that is reserved when the chunk begins and
/// committed when it ends. The control page records the progress. For an item this costs one store more than keeping its result in the
/// worker would.
/// </para>
/// <para>
/// The message holds the results, in one payload, like the elements of an array; then the first failure, if any, as another payload; and,
/// once it is complete, an <see cref="ItemsEnd"/>.
/// </para>
/// <para>
/// If items have a time limit, worker and parent race for the end of each by a compare-exchange: either the item ended in time, or the
/// worker stops there. So the kill hits no other item.
/// </para>
/// <para>
/// Orders: the parent reads the page when the worker is dead, or, to stop an item, while it lives. <c>Task</c> is 0 while the page is being
/// filled, and stored last: if the parent reads its task's number there, the other words belong to that chunk. From then on each store is a
/// release that follows the data it announces: <c>Kept</c> follows the bytes and their number, <c>RawBytes</c> the offset it counts from,
/// <c>FailureBytes</c> the failure, <c>Item</c> the result of the previous item. A death between two of them costs the item that was
/// running, and no result is announced whose bytes are missing. <c>BegunAt</c> is stored before <c>Item</c> advances: a parent that has
/// read the next item never has the time of the previous one.
/// </para>
/// <para>
/// Used by the worker's main thread. Results that refer to shared memory of the worker are lost with it; they and the results after them
/// are not kept.
/// </para>
/// </remarks>
internal sealed unsafe class ItemStream : ItemSink, IBufferWriter<byte>
{
    private const long MaxUnreadBytes = 64 << 20;

    private readonly Channel _channel;
    private readonly PayloadWriter _writer;
    private readonly ItemPlace* _place;
    private bool _isTimed;        // whether the items of this chunk have a time limit
    private RingMessage* _message;
    private long _room;
    private long _written;
    private long _resultBytes;
    private int _first;           // the item to begin with
    private int _item;
    private int _results;
    private bool _hasFailed;
    private byte* _rawAt;         // where the next result goes if it is copied as it lies in memory
    private byte* _rawEnd;        // null if results are written by their codec

    public ItemStream(Channel channel)
    {
        _channel = channel;
        _place = &channel.Control->Items;
        _writer = new PayloadWriter(this);
    }

    public List<Lease>? Carried => _writer.Carried;

    public bool RanOutOfMemory { get; private set; }

    /// <summary>Prepares for the chunk of a task.</summary>
    public void Begin(long task, int first, bool isTimed)
    {
        _isTimed = isTimed;
        var waiting = default(SpinWait);
        while (_channel.Items.UnreadExtent > MaxUnreadBytes)
        {
            waiting.SpinOnce();   // the parent is about to read all of it, and the next message then uses pages that exist already
        }

        while ((_message = _channel.Items.Reserve(Channel.InlineBytes, out _room)) is null)
        {
            waiting.SpinOnce();   // the parent is about to read the messages that fill it
        }

        _writer.Reset(this, WorkerFence.Source);
        (_written, _resultBytes, _results, _hasFailed, RanOutOfMemory) = (0, 0, 0, false, false);
        _first = _item = first;
        Volatile.Write(ref _place->Task, 0);
        (_place->ResultBytes, _place->FailureBytes, _place->Kept, _place->RawBytes, _place->First) = (0, 0, 0, 0, first);
        _place->BegunAt = _isTimed ? Stopwatch.GetTimestamp() : 0;
        Volatile.Write(ref _place->Item, 2 * first);
        Volatile.Write(ref _place->Task, task);
        Offer();
    }

    /// <summary>Stores each result where it outlives the worker, before the next item begins.</summary>
    public override void Fill<T, TResult>(Func<T, TResult> function, T[] items, int retries, bool callsAll)
    {
        Open<TResult>();
        ItemCalls.Run<T, TResult, Target<TResult>>(new Target<TResult>(this), function, items, _first, retries, callsAll);
    }

    private void Open<T>()
    {
        _writer.WriteRaw(TypeStamp.Of<T>());
        _place->ResultBytes = _resultBytes = _written;
        if (PayloadCodec<T>.Instance is RawCodec<T>)
        {
            _rawAt = RingMessage.Data(_message) + _written;
            _rawEnd = RingMessage.Data(_message) + _room - Channel.InlineBytes;   // the rest is room for a failure
            Volatile.Write(ref _place->RawBytes, Unsafe.SizeOf<T>());
        }
    }

    /// <summary>Stores the result of the running item.</summary>
    /// <returns>Why it cannot travel; null if it can.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Exception? TryAdd<T>(T result)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>() || _rawAt + Unsafe.SizeOf<T>() > _rawEnd)
        {
            return TryAddSlow(result);
        }

        Unsafe.WriteUnaligned(_rawAt, result);
        _rawAt += Unsafe.SizeOf<T>();
        return null;
    }

    private Exception? TryAddSlow<T>(T result)
    {
        EndRaw();
        if (_hasFailed)
        {
            return null;   // only results before the first failure are kept
        }

        long before = _written;
        try
        {
            PayloadCodec<T>.Instance.Write(_writer, result);
        }
        catch (Exception exception)
        {
            _written = before;
            return exception is PayloadException or OutOfMemoryException ? exception
                : new PayloadException(
                    $"Writing a value of type {TypeText.Of(typeof(T))} failed with {exception.GetType()}: {SafeText.MessageOf(exception)}",
                    exception);
        }

        Keep();
        return null;
    }

    /// <summary>Counts the results that were copied as they lie in memory; the following ones are written by their codec.</summary>
    private void EndRaw()
    {
        if (_rawEnd is null)
        {
            return;
        }

        _written = _resultBytes = _rawAt - RingMessage.Data(_message);
        _results = _item - _first;
        (_place->ResultBytes, _place->Kept) = (_written, _results);
        Volatile.Write(ref _place->RawBytes, 0);
        _rawAt = _rawEnd = null;
    }

    private void Keep()
    {
        _resultBytes = _written;
        _results++;
        if (_writer.Carried is not { Count: > 0 })
        {
            _place->ResultBytes = _written;
            // pairs with the parent's read after the death: if it sees the number, it finds the bytes
            Volatile.Write(ref _place->Kept, _results);
        }
    }

    /// <summary>The running item has failed. Only the first failure is reported.</summary>
    private void Fail(Exception exception)
    {
        EndRaw();
        RanOutOfMemory |= exception is OutOfMemoryException;
        if (_hasFailed)
        {
            return;
        }

        _hasFailed = true;
        Payload.Write(_writer.CreateNested(this), exception);
        if (_writer.Carried is not { Count: > 0 })
        {
            Volatile.Write(ref _place->FailureBytes, _written - _resultBytes);
        }
    }

    /// <summary>Ends the running item and begins the next one. Does not return if the item's time was up first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EndItem()
    {
        int ended = 2 * _item++;
        if (_isTimed)
        {
            EndTimedItem(ended);
        }
        else
        {
            Volatile.Write(ref _place->Item, ended + 2);
        }
    }

    private void EndTimedItem(int ended)
    {
        Volatile.Write(ref _place->BegunAt, Stopwatch.GetTimestamp());
        if (Interlocked.CompareExchange(ref _place->Item, ended + 2, ended) != ended)
        {
            OwnProcess.AwaitKill();   // the parent has found that this item's time is up, and kills this process
        }
    }

    /// <summary>The chunk has ended: completes its message.</summary>
    public void Finish(int kind, long task)
    {
        EndRaw();
        var end = new ItemsEnd(_resultBytes, _written - _resultBytes, _results);
        _writer.WriteRaw(end);
        if (_writer.Carried is { Count: > 0 } carried)
        {
            FrameCopy.WriteCarried(_writer, carried);
        }

        _channel.Items.Commit(_message, _written, kind, task);
    }

    public void Advance(int count) => _written += count;

    public Span<byte> GetSpan(int sizeHint = 0) => _room - _written >= Math.Max(1, sizeHint)
        ? new Span<byte>(RingMessage.Data(_message) + _written, (int)Math.Min(_room - _written, int.MaxValue))
        : throw new PayloadException(
            $"Results of more than {_room:N0} bytes cannot be sent to the parent by one chunk. Make the chunks smaller.");

    public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException("This memory is not managed; use spans.");

    private readonly struct Target<TResult>(ItemStream stream) : IItemTarget<TResult>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Exception? TryAdd(TResult result) => stream.TryAdd(result);

        public void Fail(Exception failure) => stream.Fail(failure);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void EndItem() => stream.EndItem();
    }
}

/// <summary>The trailer of a complete message of items.</summary>
/// <param name="ResultBytes">Bytes of the results.</param>
/// <param name="FailureBytes">Bytes of the failure after them; 0 if there is none.</param>
/// <param name="Results">How many results.</param>
internal readonly record struct ItemsEnd(long ResultBytes, long FailureBytes, int Results);
