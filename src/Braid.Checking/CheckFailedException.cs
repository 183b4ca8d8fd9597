namespace Braid.Checking;

/// <summary>A check has found a fault. The message is the whole report.</summary>
public sealed class CheckFailedException : Exception
{
    /// <summary>Makes the exception from a report.</summary>
    public CheckFailedException(CheckReport report)
        : base(Message(report), report?.Exception) => Report = report!;

    /// <summary>What was found.</summary>
    public CheckReport Report { get; }

    private static new string Message(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return $"{Environment.NewLine}{report}";
    }
}
