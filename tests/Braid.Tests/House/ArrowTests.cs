using System.Text.RegularExpressions;

namespace Braid.Tests.House;

/// <summary>Dependencies point one way: Waiting, Threading, Queues, Futures, AsyncIO. Diagnostics looks at the kernel and is used by all.</summary>
public sealed class ArrowTests : TimedTest
{
    private static readonly string[] s_layers = ["Waiting", "Threading", "Queues", "Futures", "AsyncIO"];

    public static TheoryData<string, string> Forbidden()
    {
        var pairs = new TheoryData<string, string>();
        for (int lower = 0; lower < s_layers.Length; lower++)
        {
            foreach (string upper in s_layers[(lower + 1)..])
            {
                pairs.Add(s_layers[lower], upper);
            }
        }

        foreach (string upper in s_layers[1..])
        {
            pairs.Add("Diagnostics", upper);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void A_lower_layer_does_not_know_a_higher_one(string lower, string upper)
    {
        var mention = new Regex($@"(?<!System\.)\b{upper}\.(?!Tasks|Channels)[A-Z]|using Braid\.{upper};|namespace Braid\.{upper}");
        string[] offenders =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Braid", lower), "*.cs", SearchOption.AllDirectories)
                .SelectMany(file => File.ReadLines(file).Where(line => mention.IsMatch(line.Split("///")[0])).Select(line => $"{Path.GetFileName(file)}: {line.Trim()}")),
        ];
        Assert.Empty(offenders);
    }

    [Fact]
    public void The_core_depends_on_nothing_but_dotnet() =>
        Assert.All(typeof(Threading.Lock).Assembly.GetReferencedAssemblies(), reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));
}
