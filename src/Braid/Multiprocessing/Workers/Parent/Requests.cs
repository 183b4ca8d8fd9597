namespace Braid.Multiprocessing;

/// <summary>Writes what is to be sent to a worker.</summary>
internal static class Requests
{
    /// <summary>Writes a value, in the caller's thread.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The bytes, and the segments they refer to, which are to be released when the receiver has opened them.</returns>
    /// <exception cref="PayloadException">The value cannot travel.</exception>
    public static Request Write<T>(T value)
    {
        var buffer = RequestBuffer.Take();
        return new Request(Finish(buffer, new PayloadWriter(buffer), value, out List<Lease>? carried), carried);
    }

    /// <summary>Writes a chunk of a map.</summary>
    /// <param name="call">What to call for it; it mentions the function.</param>
    /// <param name="function">The map's function.</param>
    /// <inheritdoc cref="Write{T}"/>
    public static Request WriteChunk(Delegate call, SentFunction function)
    {
        var buffer = RequestBuffer.Take();
        PayloadWriter writer = function.BeginChunk(buffer);
        RequestPayload payload = Finish(buffer, writer, call, out List<Lease>? carried);
        function.AddUser();
        return new Request(payload, carried, function);
    }

    /// <summary>Writes a value behind what the buffer has already.</summary>
    public static RequestPayload Finish<T>(RequestBuffer buffer, PayloadWriter writer, T value, out List<Lease>? carried)
    {
        try
        {
            HotReload.ThrowIfChanged();
            Payload.Write(writer, value);
        }
        catch
        {
            writer.ReleaseCarried();
            buffer.Drop();
            throw;
        }

        carried = writer.Carried;
        return buffer.Finish();
    }
}

/// <summary>A request that is ready to be sent.</summary>
/// <param name="payload">The bytes.</param>
/// <param name="carried">What keeps the shared objects open that they refer to; null for none.</param>
/// <param name="function">For a chunk of a map: its function; else null.</param>
internal sealed class Request(RequestPayload payload, List<Lease>? carried, SentFunction? function = null) : IDisposable
{
    private SentFunction? _function = function;   // taken by exchange: by whoever ends it
    private List<Lease>? _carried = carried;      // likewise

    public RequestPayload Payload => payload;

    /// <summary>The receiver has what it needs, or never will.</summary>
    public void Dispose()
    {
        payload.Dispose();
        // The end of a task and its cancellation may both come here: each exchange gives what it guards to one of them.
        foreach (Lease lease in Interlocked.Exchange(ref _carried, null) ?? [])
        {
            lease.Release();
        }

        Interlocked.Exchange(ref _function, null)?.Release();   // likewise
    }
}

/// <summary>Where a request lies in its ring, to be taken back from there.</summary>
/// <param name="Message">The address of the message.</param>
/// <param name="Position">Bytes written before it since the beginning of time.</param>
internal readonly record struct RequestPlace(nint Message, long Position);
