namespace Braid.Multiprocessing;

/// <summary>The function of a map, with what it has captured: written once for all chunks.</summary>
/// <remarks>
/// <para>
/// A chunk is a call that holds the function and some items. In its payload the function comes first, and is the same bytes in all of them; so these
/// are written once, by the first chunk, and lie in a segment that every worker can open, unless they are few. What a chunk brings itself is written behind them: what the
/// function has captured is mentioned there by number (<see cref="PayloadWriter.CreateContinuation"/>), so an item that is also captured is one object in the worker, too.
/// </para>
/// <para>
/// A worker gives each chunk the function as it was sent (<see cref="ReceivedFunction"/>). So no chunk sees what another has changed, wherever it runs and
/// however often it is begun, as if it had been sent alone.
/// </para>
/// <para>The bytes, and what keeps shared objects open that they mention, live as long as the map and the chunks that were submitted and have not ended.</para>
/// </remarks>
internal sealed class SentFunction
{
    private const int MostInline = 16 * 1024;   // fewer bytes are copied into each request sooner than a worker maps a segment

    private static long s_lastId;   // by Interlocked; only numbers

    private readonly long _id = Interlocked.Increment(ref s_lastId);   // only numbers
    private readonly PayloadWriter _writer;
    private readonly Request _request;
    private int _users = 1;   // by Interlocked: the map, and requests

    private SentFunction(PayloadWriter writer, Request request) => (_writer, _request) = (writer, request);

    /// <exception cref="PayloadException">The function cannot travel.</exception>
    public static SentFunction Of(Delegate function)
    {
        var buffer = RequestBuffer.Take();
        var writer = new PayloadWriter(buffer);
        RequestPayload payload = Requests.Finish(buffer, writer, function, out List<Lease>? carried);
        return new SentFunction(writer, new Request(payload.Inline is { Length: > MostInline } ? payload.ToSegment() : payload, carried));
    }

    /// <summary>Writes what comes before a chunk's own bytes.</summary>
    /// <returns>What writes these.</returns>
    public PayloadWriter BeginChunk(RequestBuffer buffer)
    {
        RequestPayload payload = _request.Payload;
        PayloadWriter writer = _writer.CreateContinuation(buffer);
        writer.WriteRaw(new FunctionPlace(_id, payload.Segment?.Handle ?? default, payload.Bytes));
        writer.WriteBytes(payload.Inline);
        return writer;
    }

    public void AddUser() => Interlocked.Increment(ref _users);   // by a user, so it is not 0 meanwhile

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)   // a full fence: no other user reads the bytes any more
        {
            _request.Dispose();
        }
    }
}

/// <summary>Stands before a chunk's own bytes.</summary>
/// <param name="Id">The number of the function in the sending process, from 1.</param>
/// <param name="Segment">Where the bytes of its function lie; without a process they follow.</param>
/// <param name="Bytes">How many they are.</param>
internal readonly record struct FunctionPlace(long Id, SegmentHandle Segment, long Bytes)
{
    public bool Follows => Segment.Pid == 0;
}
