namespace Braid.Checking.Tests.Models;

/// <summary>Each model does what the real primitive does, result for result, over random sequences of calls.</summary>
public class DifferentialTests
{
    private const int Seeds = 30;

    // Only watching a real thread for a while shows whether it waits; on a busy machine it may not have started to. The model
    // always gives the same answer.
    private const int Attempts = 5;
    private const int Looks = 4;

    private static readonly CheckOptions s_one = new() { Schedules = 1, Time = Timeout.InfiniteTimeSpan };

    public static TheoryData<string> Shared => [.. Repertoire.Shared];

    public static TheoryData<string> Families => [.. Repertoire.Families];

    [Theory]
    [MemberData(nameof(Families))]
    public void A_model_answers_one_thread_as_the_real_one_does(string family)
    {
        Compare((seed, log) => Check.Run(() => Play.Alone(family, seed, log), s_one), (seed, log, _, _) => Play.Alone(family, seed, log));
    }

    [Theory]
    [MemberData(nameof(Shared))]
    public void Threads_wait_and_proceed_on_a_model_as_on_the_real_primitive(string family)
    {
        Compare(
            (seed, log) => Check.Run(() => Play.Together(family, seed, log, null), s_one),
            (seed, log, model, looks) => Play.Together(family, seed, log, model, looks));
    }

    private static void Compare(Action<int, List<string>> playModel, Action<int, List<string>, List<string>, int> playReal)
    {
        for (int seed = 1; seed <= Seeds; seed++)
        {
            List<string> model = [];
            playModel(seed, model);
            List<string> real = [];
            for (int attempt = 0; attempt < Attempts && !real.SequenceEqual(model); attempt++)
            {
                real = [];
                // On a busy machine some threads take longer until they really wait.
                playReal(seed, real, model, Math.Min(Looks << (2 * attempt), 64));
            }

            AssertSame(real, model);
        }
    }

    private static void AssertSame(List<string> real, List<string> model)
    {
        for (int i = 0; i < Math.Max(real.Count, model.Count); i++)
        {
            if (real.ElementAtOrDefault(i) != model.ElementAtOrDefault(i))
            {
                Assert.Fail(
                    $"{string.Join(Environment.NewLine, model[..Math.Min(i, model.Count)])}{Environment.NewLine}model: " +
                    $"{model.ElementAtOrDefault(i)}{Environment.NewLine}real:  {real.ElementAtOrDefault(i)}");
            }
        }

        Assert.NotEmpty(model);
    }
}
