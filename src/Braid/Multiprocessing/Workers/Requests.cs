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
        var writer = new PayloadWriter(buffer);
        try
        {
            Payload.Write(writer, value);
        }
        catch
        {
            writer.ReleaseCarried();
            buffer.Drop();
            throw;
        }

        return new Request(buffer.Finish(), writer.Carried);
    }
}

/// <summary>A request that is ready to be sent.</summary>
/// <param name="payload">The bytes.</param>
/// <param name="carried">What keeps the shared objects open that they refer to; null for none.</param>
internal sealed class Request(RequestPayload payload, List<Lease>? carried) : IDisposable
{
    private List<Lease>? _carried = carried;   // taken by exchange: by whoever ends it

    public RequestPayload Payload => payload;

    /// <summary>The receiver has what it needs, or never will.</summary>
    public void Dispose()
    {
        payload.Dispose();
        foreach (Lease lease in Interlocked.Exchange(ref _carried, null) ?? [])
        {
            lease.Release();
        }
    }
}
