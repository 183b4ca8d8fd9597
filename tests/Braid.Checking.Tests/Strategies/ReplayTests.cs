using Braid.Checking.Engine;
using Braid.Checking.Reports;
using Braid.Checking.Strategies;

namespace Braid.Checking.Tests.Strategies;

public sealed class ReplayTests
{
    [Theory]
    [InlineData("abba")]
    [InlineData("reorder 5")]
    [InlineData("philosophers 3")]
    [InlineData("if instead of while")]
    public void A_string_runs_every_schedule_again(string program)
    {
        foreach (ModelResult run in ModelSearch.Runs(Programs.Named(program), new Pos(7), most: 200))
        {
            ModelResult again = Follow(program, Parsed(run));
            Assert.Equal((run.Trace, run.Failed), (again.Trace, again.Failed));
        }
    }

    [Fact]
    public void A_replay_is_one_run()
    {
        var replay = new Replay([], 0, 0);
        Assert.True(replay.Begin(0));
        Assert.True(replay.Begin(0));
        Assert.False(replay.Begin(1));
    }

    [Fact]
    public void A_thread_that_cannot_continue_is_named_with_those_that_can()
    {
        ModelResult run = ModelSearch.FirstFailure(Programs.Named("abba"), new BoundedSearch(1));
        var replay = new Replay([run.Overrides[0] with { Thread = 9 }], run.Summary.Choices, run.Summary.Hash);
        replay.Begin(0);
        DivergedException thrown = Assert.Throws<DivergedException>(() => Model.Run(Programs.Named("abba"), replay));
        Assert.Equal(run.Overrides[0].Choice, thrown.Step);
        Assert.Contains("thread 9", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("thread 1, thread 2", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_of_another_program_is_noticed_at_its_first_switch()
    {
        ModelResult run = ModelSearch.FirstFailure(Programs.Named("reorder 3"), new BoundedSearch(1));
        Replay replay = Parsed(run);
        replay.Begin(0);
        DivergedException thrown = Assert.Throws<DivergedException>(() => Model.Run(Programs.Named("philosophers 5"), replay));
        Assert.Equal(run.Overrides[0].Choice, thrown.Step);
    }

    [Fact]
    public void Another_number_of_choices_at_the_end_is_noticed()
    {
        RunSummary run = ModelSearch.Runs(Programs.Named("abba"), new BoundedSearch(0), most: 1).Single().Summary;
        var replay = new Replay([], run.Choices + 1, run.Hash);
        DivergedException thrown = Assert.Throws<DivergedException>(() => replay.End(run));
        Assert.Contains($"{run.Choices + 1} choices", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_choices_are_noticed_at_the_end_if_not_before()
    {
        RunSummary run = ModelSearch.Runs(Programs.Named("abba"), new BoundedSearch(0), most: 1).Single().Summary;
        var replay = new Replay([], run.Choices, run.Hash + 1);
        Assert.Throws<DivergedException>(() => replay.End(run));
        new Replay([], run.Choices, run.Hash).End(run);
    }

    [Fact]
    public void A_tolerant_replay_continues_with_the_default_if_a_thread_is_missing()
    {
        ModelResult byDefault = ModelSearch.Runs(Programs.Named("abba"), new TolerantReplay([]), most: 2).Single();
        Assert.Empty(byDefault.Overrides);
        ModelResult run = ModelSearch.Runs(
            Programs.Named("abba"), new TolerantReplay([new ScheduleLog.Override(0, 9, 0), new ScheduleLog.Override(1, 9, 0)]))
            .Single();
        Assert.Equal(byDefault.Trace, run.Trace);
    }

    [Fact]
    public void A_tolerant_replay_follows_what_is_possible()
    {
        foreach (ModelResult run in ModelSearch.Runs(Programs.Named("reorder 5"), new Pos(7), most: 50))
        {
            Assert.Equal(run.Trace, ModelSearch.Runs(Programs.Named("reorder 5"), new TolerantReplay(run.Overrides)).Single().Trace);
        }
    }

    private static ModelResult Follow(string program, Replay replay)
    {
        replay.Begin(0);
        ModelResult run = Model.Run(Programs.Named(program), replay);
        replay.End(run.Summary);
        return run;
    }

    private static Replay Parsed(ModelResult run)
    {
        var schedule = new ScheduleString
        {
            Fingerprint = 1,
            Overrides = run.Overrides,
            Choices = run.Summary.Choices,
            Hash = run.Summary.Hash,
        };
        string text = schedule.ToString();
        ScheduleString parsed = ScheduleString.Parse(text);
        return new Replay(parsed.Overrides, parsed.Choices, parsed.Hash);
    }
}
