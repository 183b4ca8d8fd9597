using Microsoft.CodeAnalysis;

namespace Braid.Analyzers.Tests;

/// <summary>No warning in programs that are right: the samples, which people learn from.</summary>
public sealed class SampleTests
{
    public static TheoryData<string> Samples() =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples"), "*.cs", SearchOption.AllDirectories)
            .Where(static file => NeededBy(file).All(static line => line.EndsWith("/src/Braid/Braid.csproj", StringComparison.Ordinal)))
            .Select(static file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_sample_gets_no_warning(string sample)
    {
        IEnumerable<string> lines = File.ReadLines(Path.Combine(Repository.Root, sample));
        string program = string.Join('\n', lines.Select(static line => IsDirective(line) ? "" : line));
        Assert.DoesNotContain(
            await Compiled.Reports(Compiled.Of(program)), static report => report.Severity >= DiagnosticSeverity.Warning);
    }

    [Fact]
    public void Most_samples_are_among_them() => Assert.True(Samples().Count > 20);

    private static bool IsDirective(string line) =>
        line.StartsWith("#:", StringComparison.Ordinal) || line.StartsWith("#!", StringComparison.Ordinal);

    private static IEnumerable<string> NeededBy(string file) => File.ReadLines(file)
        .Where(static line => line.StartsWith("#:p", StringComparison.Ordinal) && !line.StartsWith("#:property", StringComparison.Ordinal))
        .Select(static line => line.TrimEnd());
}
