using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Braid.Diagnostics;

/// <summary>Prints the wait graph to standard error at SIGQUIT, as a Java virtual machine prints its threads.</summary>
/// <remarks>
/// .NET calls back for this signal on a thread of its own, so a full thread pool does not delay it. The text is written directly to the
/// descriptor, bypassing <see cref="Console.Error"/> and its lock.
/// </remarks>
internal static class SignalDump
{
    private const string Variable = "BRAID_DUMP_ON_SIGQUIT";

    private static PosixSignalRegistration? s_registration;   // set once, by compare-exchange; never disposed

    /// <summary>Starts if the environment requests it. Called before the first wait.</summary>
    public static void StartIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is "1" or "true")
        {
            Start();
        }
    }

    public static void Start()
    {
        if (Volatile.Read(ref s_registration) is null)   // only saves a registration: the exchange below decides
        {
            PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Print);
            // one is kept, or the graph would be printed twice
            if (Interlocked.CompareExchange(ref s_registration, registration, null) is not null)
            {
                registration.Dispose();
            }
        }
    }

    private static void Print(PosixSignalContext context)
    {
        context.Cancel = true;   // otherwise the process would end
        using Stream error = Console.OpenStandardError();
        error.Write(Encoding.UTF8.GetBytes(Text()));
    }

    private static string Text()
    {
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"Waits of process {Environment.ProcessId} at {DateTimeOffset.UtcNow:HH:mm:ss} UTC; thread pool: " +
            $"{System.Threading.ThreadPool.ThreadCount} threads, {System.Threading.ThreadPool.PendingWorkItemCount} items pending.");
        try
        {
            return $"{head}{Environment.NewLine}{WaitGraph.Capture()}{Environment.NewLine}";
        }
        catch (Exception exception)   // from a ToString of the program's own
        {
            return $"{head}{Environment.NewLine}{exception}{Environment.NewLine}";
        }
    }
}
