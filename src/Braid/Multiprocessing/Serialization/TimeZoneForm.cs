using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>What a time zone travels as: its name where the system has it with the same rules, else all of its rules.</summary>
/// <remarks><see cref="TimeZoneInfo.ToSerializedString"/> writes what <see cref="TimeZoneInfo.FromSerializedString"/> refuses to read for most zones of Linux.</remarks>
internal sealed record TimeZoneForm(string Id, string Digest, TimeZoneForm.Custom? Own)
{
    private static readonly ConditionalWeakTable<TimeZoneInfo, string> s_digests = [];

    public static TimeZoneForm Of(TimeZoneInfo zone) => new(zone.Id, DigestOf(zone), IsOfSystem(zone) ? null : new Custom(
        zone.BaseUtcOffset, zone.DisplayName, zone.StandardName, zone.DaylightName, zone.SupportsDaylightSavingTime,
        [.. zone.GetAdjustmentRules().Select(static rule => new Rule(rule.DateStart, rule.DateEnd, rule.DaylightDelta, rule.BaseUtcOffsetDelta, rule.DaylightTransitionStart, rule.DaylightTransitionEnd))]));

    /// <summary>Rules that come from the files of the system may be of a kind that no program can make.</summary>
    public static string? WhyNot(TimeZoneInfo zone, TimeZoneInfo copy) => DigestOf(zone) == DigestOf(copy) && zone.Equals(copy) ? null
        : "the system has no zone of its name and rules, and its rules are of a kind that only the system can make. Pass a zone of the system, or one of CreateCustomTimeZone.";

    public TimeZoneInfo Make()
    {
        if (Own is null)
        {
            TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(Id);
            return DigestOf(zone) == Digest ? zone : throw new PayloadException($"The time zone {Id} has other rules here than where it comes from: the time zones of the system were replaced while the program ran, or the two processes use different ones.");
        }

        try
        {
            return TimeZoneInfo.CreateCustomTimeZone(Id, Own.Offset, Own.DisplayName, Own.StandardName, Own.DaylightName, [.. Own.Rules.Select(Make)], !Own.HasDaylightSaving);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidTimeZoneException)
        {
            throw PayloadException.CannotTravel(typeof(TimeZoneInfo), $"the system has no zone of its name and rules, and it cannot be made of them ({exception.Message}).");
        }
    }

    private static TimeZoneInfo.AdjustmentRule Make(Rule rule) => TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(rule.From, rule.To, rule.Delta, rule.Start, rule.End, rule.BaseDelta);

    private static bool IsOfSystem(TimeZoneInfo zone) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(zone.Id, out TimeZoneInfo? known)
        && (ReferenceEquals(known, zone) || (DigestOf(known) == DigestOf(zone) && (known.DisplayName, known.StandardName, known.DaylightName) == (zone.DisplayName, zone.StandardName, zone.DaylightName)));

    private static string DigestOf(TimeZoneInfo zone) => s_digests.GetValue(zone, static zone =>
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{zone.BaseUtcOffset.Ticks} {zone.SupportsDaylightSavingTime}");
        foreach (TimeZoneInfo.AdjustmentRule rule in zone.GetAdjustmentRules())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{rule.DateStart.Ticks} {rule.DateEnd.Ticks} {rule.DaylightDelta.Ticks} {rule.BaseUtcOffsetDelta.Ticks}");
            foreach (TimeZoneInfo.TransitionTime time in (ReadOnlySpan<TimeZoneInfo.TransitionTime>)[rule.DaylightTransitionStart, rule.DaylightTransitionEnd])
            {
                text.Append(CultureInfo.InvariantCulture, $" {time.IsFixedDateRule} {time.Month} {time.Week} {time.Day} {time.DayOfWeek} {time.TimeOfDay.Ticks}");
            }
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    });

    /// <summary>All there is to a zone that the program made.</summary>
    internal sealed record Custom(TimeSpan Offset, string DisplayName, string StandardName, string DaylightName, bool HasDaylightSaving, Rule[] Rules);

    /// <summary>The time between two dates, and what holds then.</summary>
    internal sealed record Rule(DateTime From, DateTime To, TimeSpan Delta, TimeSpan BaseDelta, TimeZoneInfo.TransitionTime Start, TimeZoneInfo.TransitionTime End);
}
