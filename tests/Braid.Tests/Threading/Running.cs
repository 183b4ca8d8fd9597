namespace Braid.Tests;

/// <summary>A started thread that runs until the test ends it.</summary>
public sealed class Running : IDisposable
{
    private readonly Threading.Event _end = new();

    public Running(bool? daemon = true)
    {
        Thread = new Threading.Thread(
            () =>
            {
                Platform = System.Threading.Thread.CurrentThread;
                Started.Set();
                _end.Wait();
            },
            daemon: daemon);
        Thread.Start();
        Started.Wait();
    }

    public Threading.Thread Thread { get; }

    /// <summary>The runtime's object for the thread.</summary>
    public System.Threading.Thread Platform { get; private set; } = null!;

    private Threading.Event Started { get; } = new();

    /// <summary>Lets the thread end.</summary>
    public void Release() => _end.Set();

    /// <summary>Ends the thread.</summary>
    public void End()
    {
        Release();
        Thread.Join();
    }

    public void Dispose() => End();
}
