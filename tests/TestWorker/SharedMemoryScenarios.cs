using System.Runtime.InteropServices;
using Braid.Multiprocessing;

namespace TestWorker;

/// <summary>How programs with named shared memory end: each makes some, tells the names, and ends in its way when told to.</summary>
internal static class SharedMemoryScenarios
{
    public static int? Run(string scenario) => scenario switch
    {
        "shared-memory-killed" => Make(static () => System.Diagnostics.Process.GetCurrentProcess().Kill()),
        "shared-memory-exits" => Make(static () => Environment.Exit(0)),
        "shared-memory-cancels-signals" => CancelSignals(),
        "shared-memory-returns" => Make(static () => { }),
        _ => null,
    };

    /// <summary>As a host does: the end comes after an orderly stop.</summary>
    private static int CancelSignals()
    {
        using var handler = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static context =>
        {
            context.Cancel = true;
            Console.WriteLine("stopping");
        });
        return Make(static () => { });
    }

    private static int Make(Action end)
    {
        SharedMemory[] blocks = [.. Enumerable.Range(0, 3).Select(static _ => new SharedMemory(create: true, size: 4096))];
        blocks[0].Buf[0] = 42;
        blocks[1].Close();
        Console.WriteLine(string.Join(' ', blocks.Select(static block => block.Name)));
        Console.ReadLine();
        end();
        return 0;
    }
}
