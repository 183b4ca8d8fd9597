namespace Braid.Multiprocessing;

/// <summary>The function of a map, with the variables it captures: written once for all chunks.</summary>
/// <remarks>
/// <para>
/// A chunk is a call that holds the function and some items. The function comes first in its payload, with the same bytes in every chunk.
/// So these are written once, by the first chunk, and lie in a segment that every worker can open, unless they are few, or the workers are
/// in a sandbox, where they can open none. Each chunk's own bytes follow, and refer by number to what the function has captured
/// (<see cref="PayloadWriter.CreateContinuation"/>), so an item that is also captured is one object in the worker, too.
/// </para>
/// <para>
/// A worker gives each chunk the function as it was sent (<see cref="ReceivedFunction"/>). So no chunk sees what another has changed,
/// wherever it runs and however often it is begun, as if it had been sent alone.
/// </para>
/// <para>
/// The bytes, and the leases of the shared objects to which they refer, live until the map and all chunks that were submitted have ended.
/// </para>
/// </remarks>
internal sealed class SentFunction
{
    // up to this size, copying the bytes into each request is faster than having a worker map a segment
    private const int MaxInlineBytes = 16 * 1024;

    private static long s_lastId;   // by Interlocked; only numbers

    private readonly long _id = Interlocked.Increment(ref s_lastId);   // only numbers
    private readonly PayloadWriter _writer;
    private readonly Request _request;
    private readonly bool _isOpenable;   // whether workers can open the segment
    private int _users = 1;   // by Interlocked: the map, and requests

    private SentFunction(PayloadWriter writer, Request request, bool isOpenable) =>
        (_writer, _request, _isOpenable) = (writer, request, isOpenable);

    /// <param name="function">The function.</param>
    /// <param name="allowShared">Whether the workers can open shared memory of this process.</param>
    /// <exception cref="PayloadException">The function cannot travel.</exception>
    public static SentFunction Of(Delegate function, bool allowShared = true)
    {
        var buffer = RequestBuffer.Take();
        var writer = new PayloadWriter(buffer) { AllowShared = allowShared };
        RequestPayload payload = Requests.Finish(buffer, writer, function, out List<Lease>? carried);
        return new SentFunction(
            writer,
            new Request(payload.Inline is { Length: > MaxInlineBytes } && allowShared ? payload.ToSegment() : payload, carried),
            allowShared);
    }

    /// <summary>Writes the part that precedes a chunk's own bytes.</summary>
    /// <returns>A writer for the chunk's own bytes.</returns>
    public unsafe PayloadWriter BeginChunk(RequestBuffer buffer)
    {
        RequestPayload payload = _request.Payload;
        PayloadWriter writer = _writer.CreateContinuation(buffer);
        writer.WriteRaw(new FunctionPlace(_id, _isOpenable && payload.Segment is { } segment ? segment.Handle : default, payload.Bytes));
        if (payload.Inline is not null)
        {
            writer.WriteBytes(payload.Inline);
        }
        else if (!_isOpenable)
        {
            writer.WriteBytes(ref *payload.Segment!.Data, payload.Bytes);
        }

        return writer;
    }

    public void AddUser() => Interlocked.Increment(ref _users);   // called by a user, so the count is not 0 meanwhile

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)   // a full fence: no other user reads the bytes any more
        {
            _request.Dispose();
        }
    }
}

/// <summary>Precedes a chunk's own bytes.</summary>
/// <param name="Id">The number of the function in the sending process, from 1.</param>
/// <param name="Segment">The segment in which the bytes of its function lie; without a process id they follow directly.</param>
/// <param name="Bytes">The number of these bytes.</param>
internal readonly record struct FunctionPlace(long Id, SegmentHandle Segment, long Bytes)
{
    public bool Follows => Segment.Pid == 0;
}
