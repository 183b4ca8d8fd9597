namespace Braid.Checking;

/// <summary>The progress of a check.</summary>
/// <param name="Schedules">Schedules run.</param>
/// <param name="Elapsed">Time since the first schedule began.</param>
/// <param name="Doing">The current phase: "preparing", "searching" or "shortening".</param>
public readonly record struct CheckProgress(long Schedules, TimeSpan Elapsed, string Doing)
{
    /// <summary>Schedules per second.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Schedules / Elapsed.TotalSeconds : 0;
}
