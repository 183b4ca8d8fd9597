using System.IO.Enumeration;
using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking;

/// <summary>Findings that do not count, because <see cref="CheckOptions.Ignore"/> or a baseline names them.</summary>
internal sealed class KnownFindings
{
    private readonly string[] _patterns;
    private readonly bool _all;
    private readonly SortedSet<string> _occurred = new(StringComparer.Ordinal);

    public KnownFindings(CheckOptions options)
    {
        _all = options.AcceptsAll;
        _patterns = [.. options.Ignore, .. options.Baseline is { } file ? Baseline.Read(file) : []];
    }

    /// <summary>The keys of the known findings that occurred.</summary>
    public IReadOnlyCollection<string> Occurred => _occurred;

    /// <summary>Adds the known findings that occurred elsewhere.</summary>
    public void Add(KnownFindings other) => _occurred.UnionWith(other._occurred);

    /// <summary>Whether this fault is known; if so, records that it occurred.</summary>
    /// <remarks>A fault that keeps a program from being checked at all is never known.</remarks>
    public bool Include(Failure failure)
    {
        if (failure.Verdict is Verdict.NotControlled or Verdict.Stuck or Verdict.Nondeterministic or Verdict.Diverged
            or Verdict.CheckerFailed
            || (!_all && !Name(failure)))
        {
            return false;
        }

        _occurred.Add(FindingKey.Of(failure).Text);
        return true;
    }

    /// <summary>Whether a pattern matches it.</summary>
    public bool Name(Failure failure) =>
        _patterns.Length > 0
            && FindingKey.Of(failure).Parts.Any(
                part => Array.Exists(_patterns, pattern => FileSystemName.MatchesSimpleExpression(pattern, part, ignoreCase: false)));
}
