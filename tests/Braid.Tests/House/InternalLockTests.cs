namespace Braid.Tests.House;

/// <summary>What Braid's own parts wait for is marked as its own, so that no figure of a program's shows it.</summary>
public sealed class InternalLockTests
{
    [Fact]
    public void No_lock_inside_Braid_counts_as_one_of_the_programs()
    {
        string[] offenders =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Braid"), "*.cs", SearchOption.AllDirectories)
                .SelectMany(static file => File.ReadLines(file)
                    .Where(static line => (line.Contains("Threading.Lock ", StringComparison.Ordinal) && line.Contains("= new(", StringComparison.Ordinal)) || line.Contains("new Threading.Lock(", StringComparison.Ordinal))
                    .Select(line => $"{Path.GetFileName(file)}: {line.Trim()}")),
        ];
        Assert.Empty(offenders);
    }
}
