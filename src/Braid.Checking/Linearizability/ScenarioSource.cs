using Braid.Checking.Strategies;

namespace Braid.Checking.Linearizability;

/// <summary>Draws distinct scenarios, small ones first.</summary>
internal sealed class ScenarioSource(IReadOnlyList<ScenarioOperation> operations, LinearizabilityOptions options)
{
    private const uint Stream = 13;
    private const int Draws = 50;

    private readonly HashSet<string> _drawn = [];

    /// <param name="index">The index of the scenario, among <see cref="LinearizabilityOptions.Scenarios"/>.</param>
    /// <returns>Null if there seem to be no others of its size.</returns>
    public Scenario? Next(int index)
    {
        var random = new RandomSource(options.Seed, Stream, index);
        double size = (index + 1.0) / options.Scenarios;
        for (int draw = 0; draw < Draws; draw++)
        {
            Scenario scenario = Draw(ref random, size);
            if (_drawn.Add(scenario.ToString()))
            {
                return scenario;
            }
        }

        return null;
    }

    private Scenario Draw(ref RandomSource random, double size)
    {
        var threads = new IReadOnlyList<ScenarioCall>[2 + random.Below(Share(size, options.Threads - 2) + 1)];
        int before = random.Below(Share(size, options.OperationsBefore) + 1);
        int after = random.Below(Share(size, options.OperationsAfter) + 1);
        ScenarioCall[] first = Calls(ref random, before);
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = Calls(ref random, 1 + random.Below(Share(size, options.OperationsPerThread)));
        }

        return new Scenario(first, threads, Calls(ref random, after));
    }

    private static int Share(double size, int most) => (int)Math.Ceiling(size * most);

    private ScenarioCall[] Calls(ref RandomSource random, int count)
    {
        var calls = new ScenarioCall[count];
        for (int i = 0; i < count; i++)
        {
            int operation = random.Below(operations.Count);
            int[] arguments = new int[operations[operation].Arguments.Length];
            for (int j = 0; j < arguments.Length; j++)
            {
                arguments[j] = random.Below(operations[operation].Arguments[j].Length);
            }

            calls[i] = new ScenarioCall(operation, arguments);
        }

        return calls;
    }
}
