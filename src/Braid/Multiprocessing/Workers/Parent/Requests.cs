namespace Braid.Multiprocessing;

/// <summary>Writes requests to a worker.</summary>
internal static class Requests
{
    /// <summary>Writes a value, on the caller's thread.</summary>
    /// <param name="value">The value.</param>
    /// <param name="allowShared">Whether the worker can open shared memory of this process.</param>
    /// <returns>The bytes, and the leases of the segments they refer to, to be released once the receiver has opened them.</returns>
    /// <exception cref="PayloadException">The value cannot travel.</exception>
    public static Request Write<T>(T value, bool allowShared = true)
    {
        var buffer = RequestBuffer.Take();
        var writer = new PayloadWriter(buffer) { AllowShared = allowShared };
        return new Request(Finish(buffer, writer, value, out List<Lease>? carried), carried);
    }

    /// <summary>Writes a chunk of a map.</summary>
    /// <param name="call">The call, which refers to the function.</param>
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

    /// <summary>Writes a value after what the buffer already holds.</summary>
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
/// <param name="carried">The leases that keep the shared objects open to which the bytes refer; null if there are none.</param>
/// <param name="function">For a chunk of a map: its function; otherwise null.</param>
internal sealed class Request(RequestPayload payload, List<Lease>? carried, SentFunction? function = null) : IDisposable
{
    private SentFunction? _function = function;   // taken by exchange, by the thread that ends it
    private List<Lease>? _carried = carried;      // likewise

    public RequestPayload Payload => payload;

    /// <summary>Called once the receiver has what it needs, or never will.</summary>
    public void Dispose()
    {
        payload.Dispose();
        // The end of a task and its cancellation may both get here: each exchange gives what it guards to one of them.
        foreach (Lease lease in Interlocked.Exchange(ref _carried, null) ?? [])
        {
            lease.Release();
        }

        Interlocked.Exchange(ref _function, null)?.Release();   // likewise
    }
}

/// <summary>Where a request lies in its ring, so that it can be taken back.</summary>
/// <param name="Message">The address of the message.</param>
/// <param name="Position">The number of bytes ever written before it.</param>
internal readonly record struct RequestPlace(nint Message, long Position);
