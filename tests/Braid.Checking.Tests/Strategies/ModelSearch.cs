using Braid.Checking.Engine;
using Braid.Checking.Strategies;

namespace Braid.Checking.Tests.Strategies;

/// <summary>Runs a model under schedule after schedule.</summary>
internal static class ModelSearch
{
    /// <summary>All runs until the strategy has no more, but at most <paramref name="most"/>.</summary>
    public static IEnumerable<ModelResult> Runs(Func<Model, IEnumerable<Operation>> program, IStrategy strategy, int most = 100_000)
    {
        for (int run = 0; run < most && strategy.Begin(run); run++)
        {
            ModelResult result = Model.Run(program, strategy);
            strategy.End(result.Summary);
            yield return result;
        }
    }

    /// <summary>The number of schedules up to and including the first that fails; 0 if none does.</summary>
    public static int SchedulesToFailure(Func<Model, IEnumerable<Operation>> program, IStrategy strategy, int most = 100_000)
    {
        int count = 0;
        foreach (ModelResult result in Runs(program, strategy, most))
        {
            count++;
            if (result.Failed)
            {
                return count;
            }
        }

        return 0;
    }

    public static ModelResult FirstFailure(Func<Model, IEnumerable<Operation>> program, IStrategy strategy) =>
        Runs(program, strategy).First(result => result.Failed);
}
