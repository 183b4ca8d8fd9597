using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Actions to run when this program gets a signal.</summary>
/// <remarks>
/// The program's handler may cancel the default action, and .NET does not tell a handler what those that run after it will decide: the
/// newest runs first, and a host's is often the oldest. So if there is any other handler, the end is left to it: a program that cancels a
/// signal ends in an orderly way later.
/// </remarks>
internal static class PosixSignals
{
    /// <summary>
    /// The table in which .NET keeps the handlers, from signal number to list. Null if this .NET has none, or if it was trimmed away.
    /// </summary>
    private static readonly FieldInfo? s_handlers =
        typeof(PosixSignalRegistration).GetField("s_registrations", BindingFlags.NonPublic | BindingFlags.Static);

    private static readonly List<PosixSignalRegistration> s_registrations = [];   // guarded by itself; kept alive

    /// <summary>
    /// Runs an action on one of .NET's threads when one of the signals arrives and nothing can prevent its default action.
    /// </summary>
    /// <param name="act">The action; it must not throw.</param>
    /// <param name="signals">The signals; those that this program ignores are left out.</param>
    public static void BeforeDefault(Action act, params ReadOnlySpan<PosixSignal> signals)
    {
        ulong ignored = IgnoredSignals();
        foreach (PosixSignal signal in signals)
        {
            if ((ignored >> (NumberOf(signal) - 1) & 1) == 0)
            {
                Register(signal, context =>
                {
                    if (!context.Cancel && IsOnlyHandler(signal))
                    {
                        act();
                    }
                });
            }
        }
    }

    private static void Register(PosixSignal signal, Action<PosixSignalContext> handler)
    {
        try
        {
            var registration = PosixSignalRegistration.Create(signal, handler);
            lock (s_registrations)
            {
                s_registrations.Add(registration);
            }
        }
        catch (Exception exception) when (exception is IOException or PlatformNotSupportedException)
        {
            // This system does not allow signals to be handled; the action then never runs, as after a SIGKILL.
        }
    }

    private static bool IsOnlyHandler(PosixSignal signal) =>
        s_handlers?.GetValue(null) is IDictionary handlers && handlers[NumberOf(signal)] is ICollection { Count: 1 };

    private static int NumberOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => Signals.HangUp,
        PosixSignal.SIGINT => Signals.Interrupt,
        PosixSignal.SIGTERM => Signals.Terminate,
        _ when !OperatingSystem.IsWindows() && signal == PosixSignal.SIGTSTP => Signals.TerminalStop,
        _ => throw new UnreachableException(),
    };

    /// <summary>The signals that this program ignores; the first bit is signal 1.</summary>
    private static ulong IgnoredSignals()
    {
        const string Head = "SigIgn:";
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(static line => line.StartsWith(Head, StringComparison.Ordinal));
        return line is null ? 0 : ulong.Parse(line.AsSpan(Head.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
