using Braid.Multiprocessing;

namespace Braid.Python;

/// <summary>
/// A client: what counts references. A process of this machine that is connected by a Unix socket, whose end the system reports; or else
/// all clients of one host, which have ended when none of them was connected for a while.
/// </summary>
internal sealed class Session(string name, int pid, SocketHandle? process)
{
    private readonly SocketWatch? _watch = process is null ? null : new SocketWatch(process, name, nameof(Session));

    /// <summary>How many references it has to which object. Guarded by the gate of the table of objects.</summary>
    public Dictionary<string, int> References { get; } = [];

    /// <summary>Whether it has ended. Guarded by the gate of the table of objects; set once.</summary>
    public bool HasEnded { get; set; }

    /// <summary>What it holds if it is a process; null for a host, where each connection holds for itself.</summary>
    public Holdings? Held { get; } = process is null ? null : new Holdings(name);

    public string Name => name;

    public int Pid => pid;

    /// <summary>How many connections it has. Guarded by the gate of the sessions.</summary>
    public int ConnectionCount { get; set; }

    /// <summary>When its last connection ended, as a timestamp of the stopwatch. Guarded by the gate of the sessions.</summary>
    public long AbsentSince { get; set; }

    /// <summary>Whether a wait runs at whose end it may be forgotten. Guarded by the gate of the sessions.</summary>
    public bool IsBeingForgotten { get; set; }

    /// <summary>Whether it is a process that has ended.</summary>
    public bool IsDead
    {
        get
        {
            if (process is null)
            {
                return false;
            }

            Span<PollEntry> entry = [new PollEntry((int)process.DangerousGetHandle())];
            Descriptors.Poll(entry, milliseconds: 0);
            return entry[0].Has != 0;
        }
    }

    /// <summary>Waits until the process has ended.</summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public ValueTask<bool> WhenDeadAsync() => _watch!.WaitToReceiveAsync(Timeout.InfiniteTimeSpan, CancellationToken.None);

    /// <summary>Stops watching the process.</summary>
    public void Close()
    {
        _watch?.Close();
        process?.Dispose();
    }

    /// <summary>The process or the host.</summary>
    public override string ToString() => name;
}
