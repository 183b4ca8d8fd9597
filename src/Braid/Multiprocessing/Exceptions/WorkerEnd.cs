using System.Text;

namespace Braid.Multiprocessing;

/// <summary>How a child process ended, and what is known of its last moments.</summary>
/// <param name="Pid">Its pid.</param>
/// <param name="ExitCode">The exit code, or the negative number of the signal that ended it, as in Python.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="Duration">How long its task had been running; zero if it was running none.</param>
/// <param name="PrivateBytes">Its private memory when last measured; null if it never was.</param>
/// <param name="ErrorOutput">The last lines it wrote to standard error.</param>
public sealed record WorkerEnd(int Pid, int ExitCode, ExitReason Reason, TimeSpan Duration, long? PrivateBytes, string ErrorOutput)
{
    /// <summary>The signal that ended it; null if it exited by itself.</summary>
    public int? Signal => ExitCode < 0 ? -ExitCode : null;

    /// <summary>
    /// The damage found in the memory it shares with this process, if that was the <see cref="Reason"/>; otherwise empty.
    /// </summary>
    public string Fault { get; init; } = "";

    /// <summary>What its sandbox allowed it, in words; empty if it was in none.</summary>
    public string Sandbox { get; init; } = "";

    /// <summary>One sentence, and the last lines of standard error.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(
            Reason == ExitReason.Unknown
                ? $"process {Pid} has ended, but something else in this program asked the system for its exit code first"
                : Signal is int signal ? $"process {Pid} was ended by signal {signal} ({Signals.NameOf(signal)})"
                : $"process {Pid} exited with code {ExitCode}");
        if (Duration > TimeSpan.Zero)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $" after {Duration.TotalSeconds:0.###} s");
        }

        if (PrivateBytes is long bytes)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $", {bytes / 1e6:0.#} MB in use when last seen");
        }

        if (Fault.Length > 0)
        {
            text.Append("; it was killed because the memory it shares with its parent was damaged: ").Append(Fault);
        }

        if (Sandbox.Length > 0)
        {
            text.Append("; it was in a sandbox, where ").Append(Sandbox);
        }

        if (ErrorOutput.Length > 0)
        {
            text.Append("; it last wrote to standard error:\n    ")
                .Append(ErrorOutput.TrimEnd().Replace("\n", "\n    ", StringComparison.Ordinal));
        }

        return text.ToString();
    }
}
