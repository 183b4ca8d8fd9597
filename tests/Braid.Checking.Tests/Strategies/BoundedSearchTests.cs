using Braid.Checking.Strategies;

namespace Braid.Checking.Tests.Strategies;

/// <summary>The counts are those of an independent implementation of the same models.</summary>
public sealed class BoundedSearchTests
{
    [Theory]
    [InlineData("abba", 46)]
    [InlineData("account", 28)]
    [InlineData("token ring", 280)]
    [InlineData("reorder 3", 2_770)]
    [InlineData("philosophers 3", 15_876)]
    [InlineData("balance", 3)]
    [InlineData("string buffer", 6)]
    [InlineData("lost wake-up", 10)]
    [InlineData("bluetooth", 73)]
    [InlineData("wrong lock", 741)]
    [InlineData("double-checked publish", 291)]
    [InlineData("if instead of while", 420)]
    public void All_schedules_are_run_and_none_twice(string program, int schedules)
    {
        var search = new BoundedSearch(int.MaxValue);
        string[] traces = [.. ModelSearch.Runs(Programs.Named(program), search).Select(run => run.Trace)];
        Assert.Equal(schedules, traces.Length);
        Assert.Equal(schedules, traces.Distinct().Count());
        Assert.True(search.Exhausted);
    }

    [Theory]
    [InlineData("abba", 1, 9)]
    [InlineData("account", 0, 4)]
    [InlineData("token ring", 0, 7)]
    [InlineData("reorder 3", 1, 43)]
    [InlineData("reorder 4", 1, 359)]
    [InlineData("reorder 5", 1, 3_378)]
    [InlineData("philosophers 3", 1, 88)]
    [InlineData("philosophers 5", 1, 9_536)]
    [InlineData("balance", 2, 3)]
    [InlineData("string buffer", 2, 4)]
    [InlineData("lost wake-up", 1, 3)]
    public void A_bug_is_found_with_the_fewest_preemptions(string program, int preemptions, int schedules)
    {
        var search = new BoundedSearch(int.MaxValue);
        ModelResult[] runs = [.. ModelSearch.Runs(Programs.Named(program), search, most: schedules)];
        Assert.Equal(runs[^1], runs.First(run => run.Failed));
        Assert.Equal(schedules, runs.Length);
        Assert.Equal(preemptions, runs[^1].Preemptions);
    }

    [Theory]
    [InlineData("philosophers 3")]
    [InlineData("if instead of while")]
    public void The_number_of_preemptions_never_falls(string program)
    {
        int[] preemptions = [.. ModelSearch.Runs(Programs.Named(program), new BoundedSearch(int.MaxValue)).Select(run => run.Preemptions)];
        Assert.Equal(preemptions.Order(), preemptions);
    }

    [Fact]
    public void A_bound_ends_the_search_and_states_how_far_it_is_complete()
    {
        var search = new BoundedSearch(1);
        int within = ModelSearch.Runs(Programs.Named("abba"), new BoundedSearch(int.MaxValue)).Count(run => run.Preemptions <= 1);
        Assert.Equal(within, ModelSearch.Runs(Programs.Named("abba"), search).Count());
        Assert.Equal(within, search.CompleteRuns);
        Assert.Equal(1, search.CompleteUpTo);
        Assert.False(search.Exhausted);
    }

    [Fact]
    public void A_bound_that_keeps_nothing_out_leaves_a_proof()
    {
        int most = ModelSearch.Runs(Programs.Named("abba"), new BoundedSearch(int.MaxValue)).Max(run => run.Preemptions);
        var search = new BoundedSearch(most);
        Assert.Equal(46, ModelSearch.Runs(Programs.Named("abba"), search).Count());
        Assert.True(search.Exhausted);
    }

    [Fact]
    public void A_bound_of_zero_runs_what_has_no_preemption()
    {
        var search = new BoundedSearch(0);
        Assert.All(ModelSearch.Runs(Programs.Named("token ring"), search), run => Assert.Equal(0, run.Preemptions));
        Assert.Equal((0, false), (search.CompleteUpTo, search.Exhausted));
    }

    [Fact]
    public void The_completed_bound_grows_round_by_round()
    {
        var search = new BoundedSearch(int.MaxValue);
        Assert.Equal(-1, search.CompleteUpTo);
        foreach (ModelResult run in ModelSearch.Runs(Programs.Named("abba"), search))
        {
            Assert.InRange(search.CompleteUpTo, run.Preemptions - 1, run.Preemptions);
            Assert.InRange(search.CompleteRuns, 0, search.Runs);
        }

        Assert.Equal((46, 46), (search.CompleteRuns, search.Runs));
    }

    [Fact]
    public void New_points_restart_the_search()
    {
        var search = new BoundedSearch(int.MaxValue);
        string[] firsts = [.. ModelSearch.Runs(Programs.Named("abba"), search, most: 20).Select(run => run.Trace)];
        search.Begin(20);
        ModelResult last = Model.Run(Programs.Named("abba"), search);
        search.End(last.Summary with { NewPoints = true });
        Assert.Equal((-1, 0), (search.CompleteUpTo, search.Runs));
        Assert.Equal(firsts, ModelSearch.Runs(Programs.Named("abba"), search, most: 20).Select(run => run.Trace));
    }

    [Fact]
    public void A_restarted_run_excludes_nothing()
    {
        var search = new BoundedSearch(int.MaxValue);
        var traces = new HashSet<string>();
        for (int run = 0; search.Begin(run); run++)
        {
            ModelResult first = Model.Run(Programs.Named("wrong lock"), search);
            Assert.True(search.Begin(run));
            ModelResult second = Model.Run(Programs.Named("wrong lock"), search);
            Assert.Equal(first.Trace, second.Trace);
            Assert.True(traces.Add(second.Trace));
            search.End(second.Summary);
        }

        Assert.Equal(741, traces.Count);
    }

    [Fact]
    public void Choices_of_a_repeated_run_do_not_count()
    {
        var search = new BoundedSearch(int.MaxValue);
        search.Begin(0);
        Model.Run(Programs.Named("philosophers 3"), search);
        Assert.Equal(46, ModelSearch.Runs(Programs.Named("abba"), search).Count());
        Assert.True(search.Exhausted);
    }

    /// <summary>A garbage collection disturbs an attempt; its observations must not affect the next attempt.</summary>
    [Fact]
    public void Choices_before_those_of_an_incomplete_attempt_do_not_count_either()
    {
        var search = new BoundedSearch(int.MaxValue);
        int runs = 0;
        for (; search.Begin(runs); runs++)
        {
            try
            {
                Model.Run(Programs.Named("token ring"), search);
            }
            catch (DivergedException)
            {
            }

            search.Begin(runs);
            search.End(Model.Run(Programs.Named("abba"), search).Summary);
        }

        Assert.Equal((46, true), (runs, search.Exhausted));
    }

    [Fact]
    public void A_choice_that_an_earlier_run_did_not_have_there_is_refused()
    {
        var search = new BoundedSearch(int.MaxValue);
        Assert.Equal(5, ModelSearch.Runs(Programs.Named("abba"), search, most: 5).Count());
        search.Begin(5);
        DivergedException thrown = Assert.Throws<DivergedException>(() => Model.Run(Programs.Named("philosophers 3"), search));
        Assert.Contains("thread", thrown.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_ends_before_its_prefix_does_is_refused()
    {
        var search = new BoundedSearch(int.MaxValue);
        Assert.Equal(5, ModelSearch.Runs(Programs.Named("abba"), search, most: 5).Count());
        search.Begin(5);
        DivergedException thrown = Assert.Throws<DivergedException>(() => search.End(new RunSummary(0, 0, false, false, 0)));
        Assert.Equal(0, thrown.Step);
    }

    [Fact]
    public void A_run_whose_last_choices_were_not_the_strategys_leaves_no_proof()
    {
        var search = new BoundedSearch(int.MaxValue);
        for (int run = 0; search.Begin(run); run++)
        {
            RunSummary summary = Model.Run(Programs.Named("balance"), search).Summary;
            search.End(summary with { Choices = summary.Choices + 1 });
        }

        Assert.True(search.Truncated);
        Assert.False(search.Exhausted);
    }
}
