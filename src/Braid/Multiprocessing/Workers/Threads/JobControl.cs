using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Has workers stop and go on with this program: Ctrl-Z in a terminal reaches its own process group only, and each worker has one of its own.</summary>
/// <remarks>
/// The workers are sent the same signal, so a worker passes it on to workers of its own, and a task may handle it. Then this program stops,
/// which .NET leaves to the handler, and when it runs again it has the workers go on. Where it does not stop, as in a process group that
/// no shell looks after, they go on at once.
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
