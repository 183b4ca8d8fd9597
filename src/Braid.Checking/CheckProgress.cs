namespace Braid.Checking;

/// <summary>How far a check has come.</summary>
/// <param name="Schedules">Schedules run.</param>
/// <param name="Elapsed">Time since the first began.</param>
/// <param name="Doing">What is done now: "preparing", "searching", "shortening".</param>
public readonly record struct CheckProgress(long Schedules, TimeSpan Elapsed, string Doing)
{
    /// <summary>Schedules in a second.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Schedules / Elapsed.TotalSeconds : 0;
}
