using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Braid.Multiprocessing;

/// <summary>The form of an encoding.</summary>
internal sealed record EncodingForm(
    int CodePage, bool HasPreamble, bool IsReadOnly, EncodingForm.Fallback Encoder, EncodingForm.Fallback Decoder)
{
    public static EncodingForm Of(Encoding encoding) => new(
        encoding.CodePage,
        encoding.Preamble.Length > 0,
        encoding.IsReadOnly,
        encoding.EncoderFallback is EncoderReplacementFallback write
            ? new(false, write.DefaultString)
            : new(encoding.EncoderFallback is EncoderExceptionFallback, null),
        encoding.DecoderFallback is DecoderReplacementFallback read
            ? new(false, read.DefaultString)
            : new(encoding.DecoderFallback is DecoderExceptionFallback, null));

    public Encoding Make()
    {
        const int Utf8 = 65001;
        const int Utf16 = 1200;
        const int Utf32 = 12000;
        bool throws = Encoder.Throws && Decoder.Throws;
        Encoding encoding = CodePage switch
        {
            Utf8 => new UTF8Encoding(HasPreamble, throws),
            Utf16 or Utf16 + 1 => new UnicodeEncoding(CodePage != Utf16, HasPreamble, throws),
            Utf32 or Utf32 + 1 => new UTF32Encoding(CodePage != Utf32, HasPreamble, throws),
            _ => Encoding.GetEncoding(CodePage),
        };
        if (IsReadOnly && Of(encoding) == this)
        {
            return encoding;
        }

        encoding = (Encoding)encoding.Clone();
        if (Encoder.Throws || Encoder.Replacement is not null)
        {
            encoding.EncoderFallback = Encoder.Throws
                ? EncoderFallback.ExceptionFallback
                : new EncoderReplacementFallback(Encoder.Replacement!);
        }

        if (Decoder.Throws || Decoder.Replacement is not null)
        {
            encoding.DecoderFallback = Decoder.Throws
                ? DecoderFallback.ExceptionFallback
                : new DecoderReplacementFallback(Decoder.Replacement!);
        }

        return encoding;
    }

    /// <summary>What happens to a character that the encoding does not know; neither value for the encoding's usual behaviour.</summary>
    internal sealed record Fallback(bool Throws, string? Replacement);
}

/// <summary>The form of a time zone: its name if the system has it with the same rules, otherwise all of its rules.</summary>
/// <remarks>
/// For most zones of Linux, <see cref="TimeZoneInfo.FromSerializedString"/> refuses to read what
/// <see cref="TimeZoneInfo.ToSerializedString"/> writes.
/// </remarks>
internal sealed record TimeZoneForm(string Id, string Digest, TimeZoneForm.Custom? Own)
{
    private static readonly ConditionalWeakTable<TimeZoneInfo, string> s_digests = [];

    public static TimeZoneForm Of(TimeZoneInfo zone) => new(zone.Id, DigestOf(zone), IsOfSystem(zone) ? null : new Custom(
        zone.BaseUtcOffset, zone.DisplayName, zone.StandardName, zone.DaylightName, zone.SupportsDaylightSavingTime,
        [
            .. zone.GetAdjustmentRules().Select(static rule => new Rule(
                rule.DateStart,
                rule.DateEnd,
                rule.DaylightDelta,
                rule.BaseUtcOffsetDelta,
                rule.DaylightTransitionStart,
                rule.DaylightTransitionEnd)),
        ]));

    /// <summary>Rules that come from the system's files may be of a kind that no program can create.</summary>
    public static string? WhyNot(TimeZoneInfo zone, TimeZoneInfo copy) => DigestOf(zone) == DigestOf(copy) && zone.Equals(copy) ? null
        : "the system has no zone of its name and rules, and its rules are of a kind that only the system can make. Pass a zone of the " +
            "system, or one of CreateCustomTimeZone.";

    public TimeZoneInfo Make()
    {
        if (Own is null)
        {
            TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(Id);
            return DigestOf(zone) == Digest
                ? zone
                : throw new PayloadException(
                    $"The time zone {Id} has other rules here than where it comes from: the time zones of the system were replaced while " +
                    "the program ran, or the two processes use different ones.");
        }

        try
        {
            return TimeZoneInfo.CreateCustomTimeZone(
                Id, Own.Offset, Own.DisplayName, Own.StandardName, Own.DaylightName, [.. Own.Rules.Select(Make)], !Own.HasDaylightSaving);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidTimeZoneException)
        {
            throw PayloadException.CannotTravel(
                typeof(TimeZoneInfo),
                $"the system has no zone of its name and rules, and it cannot be made of them ({exception.Message}).");
        }
    }

    private static TimeZoneInfo.AdjustmentRule Make(Rule rule) =>
        TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(rule.From, rule.To, rule.Delta, rule.Start, rule.End, rule.BaseDelta);

    private static bool IsOfSystem(TimeZoneInfo zone) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(zone.Id, out TimeZoneInfo? known)
        && (ReferenceEquals(known, zone) || (DigestOf(known) == DigestOf(zone)
            && (known.DisplayName, known.StandardName, known.DaylightName) == (zone.DisplayName, zone.StandardName, zone.DaylightName)));

    private static string DigestOf(TimeZoneInfo zone) => s_digests.GetValue(zone, static zone =>
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{zone.BaseUtcOffset.Ticks} {zone.SupportsDaylightSavingTime}");
        foreach (TimeZoneInfo.AdjustmentRule rule in zone.GetAdjustmentRules())
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n{rule.DateStart.Ticks} {rule.DateEnd.Ticks} {rule.DaylightDelta.Ticks} {rule.BaseUtcOffsetDelta.Ticks}");
            ReadOnlySpan<TimeZoneInfo.TransitionTime> times = [rule.DaylightTransitionStart, rule.DaylightTransitionEnd];
            foreach (TimeZoneInfo.TransitionTime time in times)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $" {time.IsFixedDateRule} {time.Month} {time.Week} {time.Day} {time.DayOfWeek} {time.TimeOfDay.Ticks}");
            }
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    });

    /// <summary>The state of a zone that the program created.</summary>
    internal sealed record Custom(
        TimeSpan Offset, string DisplayName, string StandardName, string DaylightName, bool HasDaylightSaving, Rule[] Rules);

    /// <summary>A period between two dates, and the rules that apply in it.</summary>
    internal sealed record Rule(
        DateTime From, DateTime To, TimeSpan Delta, TimeSpan BaseDelta, TimeZoneInfo.TransitionTime Start, TimeZoneInfo.TransitionTime End);
}

/// <summary>XML as text.</summary>
internal static class XmlText
{
    public const string Lossy = "its text does not hold all of it. Pass its text, or what it is made from.";

    // Annotations that tell where in a file a node stood.
    private static readonly string[] s_notes = ["BaseUriAnnotation", "LineInfoAnnotation", "LineInfoEndElementAnnotation"];

    public static string Of(XNode node) => node.ToString(SaveOptions.DisableFormatting);

    /// <summary>Compared as text: comparing trees takes stack for each level.</summary>
    public static string? WhyNot(XContainer tree, XContainer copy) =>
        Of(tree) != Of(copy) ? Lossy
        : tree.DescendantNodes().Prepend(tree)
            .FirstOrDefault(
                static node =>
                    node.Annotations<object>().Any(static note => Array.IndexOf(s_notes, note.GetType().Name) < 0)) is { } annotated
            ? $"a {annotated.NodeType} in it has annotations, or something listens to its changes, and its text does not hold that. Pass " +
                "its text."
        : null;

    public static string? WhyNotOld(XmlDocument document, XmlDocument copy) =>
        document.OuterXml != copy.OuterXml ? Lossy
        : document.Schemas.Count > 0 ? "it has schemas, which its text does not hold. Pass its text, and what they are made from."
        : Array.Exists(
            typeof(XmlDocument).GetFields(BindingFlags.Instance | BindingFlags.NonPublic),
            field => field.FieldType == typeof(XmlNodeChangedEventHandler) && field.GetValue(document) is not null)
            ? "something listens to its changes, and would not be notified of those in the receiver. Pass its text."
        : null;

    public static XDocument MakeDocument((string Text, string? Declaration) form)
    {
        XDocument document = form.Text.Length == 0 ? new XDocument() : XDocument.Parse(form.Text, LoadOptions.PreserveWhitespace);
        document.Declaration = form.Declaration is null ? null : XDocument.Parse(form.Declaration + "<a/>").Declaration;
        return document;
    }

    public static XmlDocument MakeOldDocument((string Text, bool PreservesWhitespace) form)
    {
        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        if (form.Text.Length > 0)
        {
            document.LoadXml(form.Text);
        }

        document.PreserveWhitespace = form.PreservesWhitespace;
        return document;
    }
}
