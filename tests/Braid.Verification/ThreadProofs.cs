using Braid.Checking;

namespace Braid.Verification;

public sealed class ThreadProofs
{
    [Fact]
    public void A_join_sees_what_the_thread_wrote() => Prove.That(2, static () =>
    {
        int value = 0;
        var thread = new Threading.Thread(() => value = 1);
        thread.Start();
        thread.Join();
        Claim.That(value == 1 && !thread.IsAlive, "the thread has ended");
    });

    [Fact]
    public void Two_may_join_the_same_thread() => Prove.That(1, static () =>
    {
        var thread = new Threading.Thread(static () => { });
        thread.Start();
        Crew.Run(() => thread.Join(), () => thread.Join());
        Claim.That(!thread.IsAlive, "the thread has ended");
    });

    [Fact]
    public void A_timer_calls_once_when_it_is_due() => Prove.That(2, static () =>
    {
        int called = 0;
        var timer = new Threading.Timer(TimeSpan.FromSeconds(1), () => called++);
        timer.Start();
        timer.Join();
        Claim.That(called == 1 && timer.Finished.IsSet, "it was called once");
    });

    [Fact]
    public void A_timer_that_is_cancelled_calls_once_at_most_and_ends() => Prove.That(
        2,
        static () =>
        {
            int called = 0;
            var timer = new Threading.Timer(TimeSpan.FromSeconds(1), () => called++);
            timer.Start();
            timer.Cancel();
            timer.Join();
            Claim.That(called <= 1 && timer.Finished.IsSet, "it was called once at most");
        },
        ClockMode.Racing);

    [Fact]
    public void A_timer_that_is_cancelled_before_its_time_never_calls() => Prove.That(2, static () =>
    {
        int called = 0;
        var timer = new Threading.Timer(TimeSpan.FromSeconds(1), () => called++);
        timer.Start();
        timer.Cancel();
        timer.Join();
        Claim.That(called == 0, "it was not called");
    });
}
