using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>
/// Stops and continues workers together with this program: Ctrl-Z in a terminal reaches only this program's process group, and each worker
/// has a group of its own.
/// </summary>
/// <remarks>
/// The workers are sent the same signal, so a worker passes it on to its own workers, and a task may handle it. Then this program stops,
/// which .NET leaves to the handler, and continues the workers when it runs again. If it does not stop, as in a process group that no shell
/// controls, they continue at once.
/// </remarks>
internal static class JobControl
{
    private static readonly Threading.Lock s_gate = Threading.Lock.OfBraid();
    private static bool s_isPrepared;   // guarded by s_gate

    /// <summary>To be called before the first worker is started.</summary>
    public static void Prepare()
    {
        using (s_gate.EnterScope())
        {
            if (!s_isPrepared && !OperatingSystem.IsWindows())
            {
                s_isPrepared = true;
                PosixSignals.BeforeDefault(Stop, PosixSignal.SIGTSTP);
            }
        }
    }

    private static void Stop()
    {
        ProcessMonitor.SignalAll(Signals.TerminalStop);
        OwnProcess.ActByDefaultNow(Signals.TerminalStop);   // returns when this program runs again
        ProcessMonitor.SignalAll(Signals.Continue);
    }
}
