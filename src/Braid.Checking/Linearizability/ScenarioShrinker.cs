namespace Braid.Checking.Linearizability;

/// <summary>Finds the smallest scenario that still fails.</summary>
/// <remarks>
/// QuickCheck's way (Claessen, Hughes, ICFP 2000): try scenarios that are a little smaller, continue with the first that fails, and stop
/// when
/// none does. Smaller means: fewer threads, then fewer calls, then fewer of them concurrent, then arguments that come earlier in their
/// lists.
/// The order is fixed, so the result is the same each time, unless the time runs out.
/// </remarks>
/// <param name="fails">Whether a scenario fails in the same way.</param>
internal sealed class ScenarioShrinker(Func<Scenario, bool> fails)
{
    private readonly HashSet<string> _tried = [];

    public Scenario Shrink(Scenario failing)
    {
        for (Scenario? smaller = failing; smaller is not null;)
        {
            failing = smaller;
            smaller = Smaller(failing).FirstOrDefault(candidate => _tried.Add(candidate.ToString()) && fails(candidate));
        }

        return failing;
    }

    private static IEnumerable<Scenario> Smaller(Scenario scenario) =>
        WithoutThread(scenario).Concat(WithoutCall(scenario)).Concat(OneByOne(scenario)).Concat(OnOneThread(scenario))
            .Concat(WithSmallerValues(scenario)).Concat(WithSmallerArguments(scenario));

    private static IEnumerable<Scenario> WithoutThread(Scenario scenario)
    {
        for (int i = 0; i < scenario.Threads.Count; i++)
        {
            yield return With(scenario, [.. scenario.Threads.Where((_, thread) => thread != i)]);
        }
    }

    private static IEnumerable<Scenario> WithoutCall(Scenario scenario)
    {
        List<IReadOnlyList<ScenarioCall>> parts = [.. scenario.Parts];
        for (int i = parts.Count - 1; i >= 0; i--)
        {
            for (int j = parts[i].Count - 1; j >= 0; j--)
            {
                yield return OfParts(Replaced(parts, i, [.. parts[i].Where((_, call) => call != j)]));
            }
        }
    }

    /// <summary>Moves the first call of a thread before all threads, or its last call after them.</summary>
    private static IEnumerable<Scenario> OneByOne(Scenario scenario)
    {
        List<IReadOnlyList<ScenarioCall>> parts = [.. scenario.Parts];
        for (int i = 1; i < parts.Count - 1; i++)
        {
            yield return OfParts(Replaced(Replaced(parts, i, [.. parts[i].Skip(1)]), 0, [.. parts[0], parts[i][0]]));
            yield return OfParts(Replaced(Replaced(parts, i, [.. parts[i].SkipLast(1)]), parts.Count - 1, [parts[i][^1], .. parts[^1]]));
        }
    }

    /// <summary>Moves the calls of one thread to another.</summary>
    private static IEnumerable<Scenario> OnOneThread(Scenario scenario)
    {
        List<IReadOnlyList<ScenarioCall>> parts = [.. scenario.Parts];
        for (int i = 1; i < parts.Count - 1; i++)
        {
            for (int j = 1; j < parts.Count - 1; j++)
            {
                if (i != j)
                {
                    yield return OfParts(Replaced(Replaced(parts, j, []), i, [.. parts[i], .. parts[j]]));
                }
            }
        }
    }

    /// <summary>Replaces a value by a smaller one wherever it is used, so that calls with a common key keep one.</summary>
    private static IEnumerable<Scenario> WithSmallerValues(Scenario scenario)
    {
        foreach (int value in scenario.Calls.SelectMany(static call => call.Arguments).Distinct().OrderDescending().ToArray())
        {
            for (int smaller = 0; smaller < value; smaller++)
            {
                yield return OfParts(
                    [.. scenario.Parts.Select(part => part.Select(call => call with { Arguments = Changed(call.Arguments) }).ToArray())]);

                int[] Changed(int[] arguments) => [.. arguments.Select(argument => argument == value ? smaller : argument)];
            }
        }
    }

    private static IEnumerable<Scenario> WithSmallerArguments(Scenario scenario)
    {
        List<IReadOnlyList<ScenarioCall>> parts = [.. scenario.Parts];
        for (int i = 0; i < parts.Count; i++)
        {
            for (int j = 0; j < parts[i].Count; j++)
            {
                ScenarioCall call = parts[i][j];
                for (int k = 0; k < call.Arguments.Length; k++)
                {
                    for (int value = 0; value < call.Arguments[k]; value++)
                    {
                        ScenarioCall smaller = call with { Arguments = Replaced(call.Arguments, k, value) };
                        yield return OfParts(Replaced(parts, i, Replaced(parts[i], j, smaller)));
                    }
                }
            }
        }
    }

    private static T[] Replaced<T>(IReadOnlyList<T> all, int place, T by) => [.. all.Select((one, i) => i == place ? by : one)];

    private static Scenario OfParts(IReadOnlyList<ScenarioCall>[] parts) =>
        new(parts[0], [.. parts.Skip(1).SkipLast(1).Where(static calls => calls.Count > 0)], parts[^1]);

    private static Scenario With(Scenario scenario, IReadOnlyList<IReadOnlyList<ScenarioCall>> threads) =>
        new(scenario.Before, threads, scenario.After);
}
