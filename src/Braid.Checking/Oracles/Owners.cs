using Braid.Checking.Engine;
using Braid.Checking.Memory;
using Braid.Checking.Reports;

namespace Braid.Checking.Oracles;

/// <summary>Decides whose code is responsible for an access to memory.</summary>
internal static class Owners
{
    /// <summary>
    /// Whether the access is not the user's: whether a package made it, or a thread-safe part of .NET.
    /// </summary>
    /// <param name="site">The site of the access.</param>
    /// <param name="shown">The site that a report shows: within a library or an accessor, the call into it.</param>
    public static bool IsForeign(int site, int shown) =>
        (Sites.Traits(OwnerOf(site, shown)) & (SiteTraits.Package | SiteTraits.MadeForThreads)) != 0
            || (!IsUpdate(site, shown) && IsMadeForThreads(site, shown));

    /// <summary>
    /// Whether a part of .NET that is made for several threads made the access: in its own code, or in a collection that it uses.
    /// </summary>
    public static bool IsMadeForThreads(int site, int shown)
    {
        SiteTraits traits = Sites.Traits(site);
        return (traits & SiteTraits.MadeForThreads) != 0
            || ((traits & SiteTraits.Library) != 0 && shown != site && (Sites.Traits(shown) & SiteTraits.EntersMadeForThreads) != 0);
    }

    /// <summary>The assemblies that contain the sites of a finding: "NLog", "Autofac and Autofac.Extensions".</summary>
    public static string Of(IEnumerable<int> sites) =>
        Text.Join(
            sites.Select(site => Path.GetFileNameWithoutExtension(Sites.Get(site).Assembly)).Distinct().Order(StringComparer.Ordinal));

    /// <summary>The subject of a foreign finding: one finding is enough for all sites that access the same field.</summary>
    public static string SubjectOf(Failure failure) => $"{failure.Verdict} {Of(failure.Sites)} {Sites.Get(failure.Sites[0]).Subject}";

    /// <summary>
    /// The site that is responsible: the caller's, for an update that it makes through accessors and for what it does to a collection that
    /// is not thread-safe.
    /// </summary>
    private static int OwnerOf(int site, int shown)
    {
        const SiteTraits answers = SiteTraits.Package | SiteTraits.MadeForThreads;
        return IsUpdate(site, shown) || (Sites.Traits(site) & (SiteTraits.Library | answers)) == SiteTraits.Library ? shown : site;
    }

    private static bool IsUpdate(int site, int shown) =>
        shown != site && (Sites.Traits(shown) & (SiteTraits.FeedsUpdate | SiteTraits.DerivedWrite)) != 0;
}
