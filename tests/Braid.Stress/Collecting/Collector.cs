namespace Braid.Stress;

/// <summary>Collects and finalizes all the time, on a thread of its own: whatever can be finalized is, as soon as nothing refers to it.</summary>
/// <remarks>
/// In optimized code an object may be finalized before a method of its own has returned, once that method needs the object no more. So a
/// finalizer that gives up what the method still works with shows here, if the code is optimized from the start: see <see cref="RestartOptimized"/>.
/// </remarks>
internal sealed class Collector : IDisposable
{
    private const string Tiered = "DOTNET_TieredCompilation";

    private readonly Thread _thread;
    private volatile bool _ends;

    public Collector()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "collector" };
        _thread.Start();
    }

    public long Collections { get; private set; }

    /// <summary>Runs this program once more, with the same arguments and every method optimized at its first call.</summary>
    /// <returns>Its exit code; null when this is that run.</returns>
    public static int? RestartOptimized(string[] args)
    {
        if (Environment.GetEnvironmentVariable(Tiered) == "0")
        {
            return null;
        }

        bool isHosted = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        var start = new System.Diagnostics.ProcessStartInfo(Environment.ProcessPath!, isHosted ? [typeof(Collector).Assembly.Location, .. args] : args);
        start.Environment[Tiered] = "0";
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    public void Dispose()
    {
        _ends = true;
        _thread.Join();
    }

    private void Run()
    {
        while (!_ends)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Collections++;
        }
    }
}
