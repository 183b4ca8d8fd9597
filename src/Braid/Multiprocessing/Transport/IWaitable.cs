namespace Braid.Multiprocessing;

/// <summary>Something that <see cref="Connection.Wait"/> waits for: a connection that can be received from, or the end of a process.</summary>
public interface IWaitable
{
    /// <summary>A wait for it to be ready, which takes nothing.</summary>
    /// <exception cref="InvalidOperationException">It never will be.</exception>
    internal ISharedRule NewWait();

    /// <summary>Waits, without blocking the thread, until it is ready.</summary>
    /// <returns>False when the time was up.</returns>
    internal ValueTask<bool> WhenReadyAsync(TimeSpan timeout, CancellationToken token);
}
