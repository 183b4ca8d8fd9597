namespace Braid.Checking;

/// <summary>A check found a fault. The message is the whole report.</summary>
public sealed class CheckFailedException : Exception
{
    /// <summary>Creates the exception from a report.</summary>
    public CheckFailedException(CheckReport report)
        : base(Message(report), report?.Exception) => Report = report!;

    /// <summary>The report of the check.</summary>
    public CheckReport Report { get; }

    private static new string Message(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return $"{Environment.NewLine}{report}";
    }
}
