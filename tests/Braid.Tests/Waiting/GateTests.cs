using Braid.Waiting;

namespace Braid.Tests;

/// <summary>The gate under load.</summary>
public sealed class GateTests : TimedTest
{
    [Fact]
    public void Only_one_thread_at_a_time_is_inside_though_threads_are_interrupted()
    {
        const int Turns = 20_000;
        var gate = new Gate();
        int inside = 0;
        int count = 0;
        System.Threading.Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new System.Threading.Thread(() =>
        {
            for (int i = 0; i < Turns; i++)
            {
                using Gate.Scope held = gate.Enter();
                inside++;
                count += inside;
                inside--;
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        while (threads.Any(thread => thread.IsAlive))
        {
            Array.ForEach(threads, thread => thread.Interrupt());
            System.Threading.Thread.Yield();
        }

        Assert.Equal(4 * Turns, count);
        Assert.False(gate.IsHeld);
    }

    [Fact]
    public async Task An_interrupt_of_a_thread_at_a_gate_ends_its_next_wait()
    {
        var gate = new Gate();
        await using var actor = new BlockingActor();
        Task<bool> entering;
        using (gate.Enter())
        {
            entering = actor.Do(() =>
            {
                gate.Enter().Dispose();
                return Record.Exception(() => new Permits().Take(Ample)) is ThreadInterruptedException;
            });
            Eventually.Holds(() => (actor.Thread.ThreadState & System.Threading.ThreadState.WaitSleepJoin) != 0);
            actor.Thread.Interrupt();
        }

        Assert.True(await entering);
    }
}
