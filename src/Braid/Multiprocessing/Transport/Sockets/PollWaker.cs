using System.Collections.Concurrent;

namespace Braid.Multiprocessing;

/// <summary>Ends the sleep of a thread that polls, when a token is cancelled. It is kept for other waits afterwards.</summary>
internal sealed class PollWaker
{
    private static readonly ConcurrentBag<PollWaker> s_idle = [];

    private PollWaker()
    {
    }

    /// <summary>What to poll beside the socket.</summary>
    public int Descriptor { get; } = Descriptors.Event();

    /// <exception cref="IOException">The system refuses a descriptor.</exception>
    public static PollWaker Rent() => s_idle.TryTake(out PollWaker? idle) ? idle : new PollWaker();

    public void Ring() => Descriptors.Signal(Descriptor);

    /// <summary>Gives it back. No thread rings it any more.</summary>
    public void Return()
    {
        Span<byte> count = stackalloc byte[sizeof(long)];
        Descriptors.Read(Descriptor, count);   // silences it, if it was rung
        s_idle.Add(this);
    }
}
