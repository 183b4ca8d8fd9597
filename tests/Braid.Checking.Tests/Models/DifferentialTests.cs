namespace Braid.Checking.Tests.Models;

/// <summary>Each model does what the real primitive does, result for result, over random sequences of calls.</summary>
public class DifferentialTests
{
    private const int Seeds = 60;

    public static TheoryData<string> Families => [.. Repertoire.Families];

    [Theory]
    [MemberData(nameof(Families))]
    public void A_model_answers_one_thread_as_the_real_one_does(string family)
    {
        List<string> model = [];
        Check.Run(() => Play.Alone(family, Seeds, model), new CheckOptions { Schedules = 1, MaxSteps = 1_000_000, Time = Timeout.InfiniteTimeSpan });
        List<string> real = [];
        Play.Alone(family, Seeds, real);
        AssertSame(real, model);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_model_lets_threads_wait_and_go_on_as_the_real_one_does(string family)
    {
        List<string> model = [];
        Check.Run(() => Play.Together(family, Seeds, model, null), new CheckOptions { Schedules = 1, MaxSteps = 10_000_000, Time = Timeout.InfiniteTimeSpan });
        List<string> real = [];
        Play.Together(family, Seeds, real, model);
        AssertSame(real, model);
    }

    private static void AssertSame(List<string> real, List<string> model)
    {
        for (int i = 0; i < Math.Max(real.Count, model.Count); i++)
        {
            if (real.ElementAtOrDefault(i) != model.ElementAtOrDefault(i))
            {
                int from = model.FindLastIndex(Math.Min(i, model.Count - 1), line => line.Contains("seed", StringComparison.Ordinal));
                Assert.Fail($"{string.Join(Environment.NewLine, model[from..Math.Min(i, model.Count)])}{Environment.NewLine}model: {model.ElementAtOrDefault(i)}{Environment.NewLine}real:  {real.ElementAtOrDefault(i)}");
            }
        }

        Assert.NotEmpty(model);
    }
}
