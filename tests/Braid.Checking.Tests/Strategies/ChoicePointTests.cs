using Braid.Checking.Engine;
using Braid.Checking.Strategies;

namespace Braid.Checking.Tests.Strategies;

public sealed class ChoicePointTests
{
    private readonly ControlledThread[] _threads = [Make(0), Make(1), Make(2)];

    [Fact]
    public void The_last_thread_continues_by_default() => Assert.Equal(1, Default(last: 1, canContinue: true));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 0)]
    public void Otherwise_the_next_thread_does_in_turn(int last, int expected) => Assert.Equal(expected, Default(last, canContinue: false));

    [Fact]
    public void By_default_no_time_passes_while_a_thread_can_continue()
    {
        WaitFor(1, due: 5);
        Assert.Equal(2, Default(last: 1, canContinue: true));
        Assert.Equal(2, Default(last: 0, canContinue: false));
        WaitFor(2, due: 3);
        Assert.Equal(0, Default(last: 0, canContinue: false));
    }

    [Fact]
    public void If_all_wait_for_time_the_next_time_limit_passes()
    {
        WaitFor(0, due: 5);
        WaitFor(1, due: 3);
        WaitFor(2, due: 4);
        Assert.Equal(1, Default(last: 1, canContinue: true));
    }

    [Fact]
    public void A_thread_with_a_time_limit_that_can_continue_is_like_any_other()
    {
        WaitFor(1, due: 5);
        _threads[1].Release(WakeReason.Proceeded);
        Assert.Equal(1, Default(last: 0, canContinue: false));
    }

    private static ControlledThread Make(int index) => new(null, index, "");

    private void WaitFor(int index, long due)
    {
        _threads[index].Pending = Model.Await(() => false);
        _threads[index].Alarm = new Alarm(due, 0, () => { });
    }

    private int Default(int last, bool canContinue) =>
        new ChoicePoint { Enabled = _threads, All = _threads, Last = _threads[last], LastCanContinue = canContinue, Step = 1 }.Default;
}
