using System.Runtime.InteropServices;
using Braid.AsyncIO;

namespace TestWorker;

/// <summary>Programs that run an event loop.</summary>
internal static class LoopScenarios
{
    public static int? Run(string scenario) => scenario switch
    {
        "loop-interrupted" => Interrupted(),
        "loop-blocked" => Blocked(),
        _ => null,
    };

    private static int Blocked()
    {
        using var hears = PosixSignalRegistration.Create(PosixSignal.SIGINT, static _ => Console.WriteLine("heard"));
        EventLoop.Run(static async loop =>
        {
            await Task.Yield();
            Console.WriteLine("blocked");
            Console.In.ReadLine();       // so that it ends with whoever started it, too
        });
        return 0;
    }

    private static int Interrupted()
    {
        try
        {
            EventLoop.Run(async loop =>
            {
                try
                {
                    Console.WriteLine("waiting");
                    await new Threading.Event().WaitAsync(loop.Token);
                }
                finally
                {
                    await Task.Yield();
                    Console.WriteLine("cleaned up");
                }
            });
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("cancelled");
        }

        return 0;
    }
}
