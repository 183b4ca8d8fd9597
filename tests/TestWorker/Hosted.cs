using System.Runtime.InteropServices;
using Braid.Multiprocessing;

namespace TestWorker;

/// <summary>What a program that hosts .NET calls.</summary>
public static class Hosted
{
    /// <summary>Starts a process and tells what came of it. The shape is the host's.</summary>
    [UnmanagedCallersOnly]
    public static int Go(nint argument, int size)
    {
        try
        {
            Console.WriteLine(Process.Run(static () => 42));
        }
        catch (WorkerStartException exception)
        {
            Console.WriteLine($"{exception.GetType().Name}: {exception.Message}");
        }

        return 0;
    }
}
