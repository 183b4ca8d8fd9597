namespace Braid.Verification;

public sealed class EventProofs
{
    [Fact]
    public void Writes_before_an_event_is_set_are_seen_after_the_wait() => Prove.That(2, static () =>
    {
        var done = new Threading.Event();
        int value = 0;
        Crew.Run(
            () =>
            {
                value = 1;
                done.Set();
            },
            () =>
            {
                done.Wait();
                Claim.That(value == 1, "the value is seen");
            });
    });

    [Fact]
    public void Setting_an_event_wakes_all_waiters() => Prove.That(1, static () =>
    {
        var done = new Threading.Event();
        Crew.Run(() => done.Wait(), () => done.Wait(), done.Set);
        Claim.That(done.IsSet, "the event stays set");
    });

    [Fact]
    public void A_waiter_of_a_set_event_continues_although_it_is_cleared_immediately() => Prove.That(2, static () =>
    {
        var turn = new Threading.Event();
        Crew.Run(
            () => turn.Wait(),
            () =>
            {
                while (turn.WaiterCount == 0)
                {
                    Thread.Yield();
                }

                turn.Set();
                turn.Clear();
            });
        Claim.That(!turn.IsSet, "the event is cleared");
    });

    [Fact]
    public void A_thread_that_clears_an_event_and_then_checks_misses_nothing() => Prove.That(2, static () =>
    {
        var news = new Threading.Event();
        int value = 0;
        Crew.Run(
            () =>
            {
                for (int next = 1; next <= 2; next++)
                {
                    Volatile.Write(ref value, next);
                    news.Set();
                }
            },
            () =>
            {
                do
                {
                    news.Wait();
                    news.Clear();
                }
                while (Volatile.Read(ref value) < 2);
            });
    });

    [Fact]
    public void A_set_that_meets_a_wait_and_another_set_wakes_the_waiter() => Prove.That(2, static () =>
    {
        var done = new Threading.Event();
        Crew.Run(() => done.Wait(), done.Set, done.Set);
        Claim.That(done.IsSet, "the event stays set");
    });

    [Fact]
    public void A_wait_for_an_event_that_is_never_set_ends_in_time() => Prove.That(2, static () =>
    {
        var never = new Threading.Event();
        bool set = true;
        Crew.Run(() => set = never.TryWait(TimeSpan.FromSeconds(1)));
        Claim.That(!set, "the time was up");
    });
}
