namespace Braid.Multiprocessing;

/// <summary>Creates pairs of connections.</summary>
/// <remarks>Python counterpart: <c>multiprocessing.Pipe</c>.</remarks>
public static class Pipe
{
    /// <summary>
    /// Creates two connections: what one sends, the other receives. Usually one of them is passed to another process and closed here.
    /// </summary>
    /// <param name="duplex">Whether both can send and receive; if not, the first only receives and the second only sends.</param>
    /// <returns>The two ends. Close both.</returns>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public static (Connection First, Connection Second) Create(bool duplex = true)
    {
        Segment segment = PipeTransport.Create(duplex);
        segment.AddReference();   // one for each end
        return (new Connection(new PipeTransport(segment, 0)), new Connection(new PipeTransport(segment, 1)));
    }
}
