using Braid.Checking.Engine;
using Braid.Checking.Strategies;

namespace Braid.Checking.Tests.Strategies;

/// <summary>
/// The mean number of schedules to the first failure over the seeds 1 to 20, compared with an independent implementation of a plain random
/// walk, of PCT, and of POS.
/// </summary>
public sealed class RandomStrategyTests
{
    private const int Seeds = 20;
    private const double Factor = 3;

    [Theory]
    [InlineData("abba", 2.6)]
    [InlineData("account", 7.7)]
    [InlineData("token ring", 7.9)]
    [InlineData("reorder 3", 39)]
    [InlineData("reorder 5", 465)]
    [InlineData("philosophers 3", 6.4)]
    [InlineData("balance", 4.0)]
    [InlineData("string buffer", 8.4)]
    [InlineData("lost wake-up", 9.0)]
    public void Sticky_random_finds_it_about_as_soon_as_an_even_walk(string program, double expected) =>
        Assert.InRange(Mean(program, seed => new StickyRandom(seed)), 1, Factor * expected);

    [Theory]
    [InlineData("abba", 7.2)]
    [InlineData("account", 6.0)]
    [InlineData("token ring", 7.6)]
    [InlineData("reorder 3", 33)]
    [InlineData("reorder 5", 104)]
    [InlineData("philosophers 3", 34)]
    [InlineData("balance", 3.2)]
    [InlineData("lost wake-up", 10)]
    public void Pct_finds_it_as_soon_as_it_should(string program, double expected) =>
        Assert.InRange(Mean(program, seed => new Pct(seed)), 1, Factor * expected);

    [Theory]
    [InlineData("abba", 3.9)]
    [InlineData("account", 6.1)]
    [InlineData("token ring", 5.8)]
    [InlineData("reorder 3", 14)]
    [InlineData("reorder 5", 80)]
    [InlineData("philosophers 3", 9.3)]
    [InlineData("philosophers 5", 44)]
    [InlineData("balance", 4.1)]
    [InlineData("string buffer", 8.3)]
    [InlineData("lost wake-up", 6.2)]
    public void Pos_finds_it_as_soon_as_it_should(string program, double expected) =>
        Assert.InRange(Mean(program, seed => new Pos(seed)), 1, Factor * expected);

    [Theory]
    [InlineData("abba", 2.2)]
    [InlineData("account", 4.7)]
    [InlineData("token ring", 5.6)]
    [InlineData("reorder 3", 8.9)]
    [InlineData("reorder 5", 19.5)]
    [InlineData("philosophers 3", 3.6)]
    [InlineData("philosophers 5", 5.9)]
    [InlineData("balance", 3.0)]
    [InlineData("string buffer", 6.4)]
    [InlineData("lost wake-up", 7.6)]
    public void Urw_finds_it_as_soon_as_it_should(string program, double expected) =>
        Assert.InRange(Mean(program, seed => new Urw(seed)), 1, Factor * expected);

    [Theory]
    [InlineData("sticky random")]
    [InlineData("pct")]
    [InlineData("pos")]
    [InlineData("urw")]
    [InlineData("mix")]
    public void A_run_that_is_begun_again_chooses_as_before(string name)
    {
        IStrategy strategy = Named(name, 1);
        for (int run = 0; run < 50; run++)
        {
            Assert.True(strategy.Begin(run));
            ModelResult first = Model.Run(Programs.Named("wrong lock"), strategy);
            Assert.True(strategy.Begin(run));
            ModelResult second = Model.Run(Programs.Named("wrong lock"), strategy);
            Assert.Equal(first.Trace, second.Trace);
            strategy.End(second.Summary);
        }
    }

    [Theory]
    [InlineData("sticky random")]
    [InlineData("pct")]
    [InlineData("pos")]
    [InlineData("urw")]
    [InlineData("mix")]
    public void The_seed_decides_all_runs(string name)
    {
        Assert.Equal(Traces(Named(name, 5)), Traces(Named(name, 5)));
        Assert.NotEqual(Traces(Named(name, 5)), Traces(Named(name, 6)));
    }

    [Fact]
    public void The_first_run_of_pct_has_no_preemption()
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            Assert.Equal(0, ModelSearch.Runs(Programs.Named("wrong lock"), new Pct(seed), most: 1).Single().Preemptions);
        }
    }

    [Fact]
    public void Pct_relearns_the_length_of_runs_when_there_are_new_points()
    {
        var strategy = new Pct(1);
        Assert.Equal(10, ModelSearch.Runs(Programs.Named("wrong lock"), strategy, most: 10).Count());
        strategy.Begin(10);
        strategy.End(Model.Run(Programs.Named("wrong lock"), strategy).Summary with { NewPoints = true });
        strategy.Begin(11);
        Assert.Equal(0, Model.Run(Programs.Named("wrong lock"), strategy).Preemptions);
    }

    [Theory]
    [InlineData("sticky random")]
    [InlineData("pct")]
    [InlineData("pos")]
    [InlineData("urw")]
    public void A_thread_that_spins_and_yields_does_not_starve_the_other(string name) =>
        Assert.All(ModelSearch.Runs(Spin, Named(name, 1), most: 300), run => Assert.InRange(run.Summary.Steps, 1, 500));

    [Theory]
    [InlineData("sticky random", 1.0 / 20, 1.0 / 6)]
    [InlineData("pct", 1.0 / 4, 3.0 / 4)]
    [InlineData("pos", 1.0 / 20, 1.0 / 5)]
    [InlineData("urw", 1.0 / 20, 1.0 / 5)]
    public void A_time_limit_that_can_expire_sometimes_does(string name, double least, double most)
    {
        const int Runs = 1_000;
        ControlledThread[] threads = [new(null, 0, "0"), Waiting(1)];
        IStrategy strategy = Named(name, 1);
        int timeouts = 0;
        for (int run = 0; run < Runs; run++)
        {
            strategy.Begin(run);
            timeouts += strategy.Choose(
                new ChoicePoint { Enabled = threads, All = threads, Last = null, LastCanContinue = false, Step = 1 });
            strategy.End(new RunSummary(1, 1, false, false, 0));
        }

        Assert.InRange(timeouts, Runs * least, Runs * most);
    }

    [Fact]
    public void A_bounded_search_counts_an_expired_time_limit_as_a_preemption()
    {
        ControlledThread[] threads = [Waiting(0), new(null, 1, "1"), new(null, 2, "2")];
        var strategy = new BoundedSearch(1);
        List<int> chosen = [];
        for (int run = 0; strategy.Begin(run); run++)
        {
            chosen.Add(
                strategy.Choose(new ChoicePoint { Enabled = threads, All = threads, Last = threads[0], LastCanContinue = true, Step = 1 }));
            strategy.End(new RunSummary(1, 1, false, false, 0));
        }

        Assert.Equal([1, 2, 0], chosen);
        Assert.Equal((1, true), (strategy.CompleteUpTo, strategy.Exhausted));
    }

    private static ControlledThread Waiting(int index) =>
        new(null, index, "") { Pending = Model.Await(() => false), Alarm = new Alarm(1, 1, () => { }) };

    private static IEnumerable<Operation> Spin(Model model)
    {
        var flag = new ModelVariable();
        return Model.Start(join: true, Wait(), Wait(), Set());

        IEnumerable<Operation> Wait()
        {
            yield return Model.Read(flag);
            while (flag.Value == 0)
            {
                yield return Model.Yield();
                yield return Model.Read(flag);
            }
        }

        IEnumerable<Operation> Set()
        {
            for (int i = 0; i < 10; i++)
            {
                yield return Model.Write(flag);
            }

            flag.Value = 1;
        }
    }

    private static string[] Traces(IStrategy strategy) =>
        [.. ModelSearch.Runs(Programs.Named("wrong lock"), strategy, most: 50).Select(run => run.Trace)];

    private static IStrategy Named(string name, ulong seed) => name switch
    {
        "sticky random" => new StickyRandom(seed),
        "pct" => new Pct(seed),
        "pos" => new Pos(seed),
        "urw" => new Urw(seed),
        _ => new InBatches(new Mix(seed, 2)),
    };

    private static double Mean(string program, Func<ulong, IStrategy> strategy) =>
        Enumerable.Range(1, Seeds).Average(seed => ModelSearch.SchedulesToFailure(Programs.Named(program), strategy((ulong)seed)));
}
