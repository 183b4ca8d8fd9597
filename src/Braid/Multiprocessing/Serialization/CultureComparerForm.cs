using System.Globalization;

namespace Braid.Multiprocessing;

/// <summary>What a comparer of strings travels as, that compares as a language does.</summary>
internal sealed record CultureComparerForm(string Culture, CompareOptions Options, Guid Version)
{
    public static CultureComparerForm Of(StringComparer comparer) =>
        StringComparer.IsWellKnownCultureAwareComparer(comparer, out CompareInfo? info, out CompareOptions options) ? new(info.Name, options, info.Version.SortId)
        : throw PayloadException.CannotTravel(comparer.GetType(), "it compares in a way that no other process knows. Use one that StringComparer offers.");

    public StringComparer Make()
    {
        CompareInfo info = CompareInfo.GetCompareInfo(Culture);
        return info.Version.SortId != Version ? throw new PayloadException($"Strings are compared by the rules of '{Culture}' here too, but of another version of them. Start both processes with the same settings of globalization.")
            : Culture.Length == 0 && Options == CompareOptions.None ? StringComparer.InvariantCulture
            : Culture.Length == 0 && Options == CompareOptions.IgnoreCase ? StringComparer.InvariantCultureIgnoreCase
            : StringComparer.Create(CultureInfo.GetCultureInfo(Culture), Options);
    }
}
