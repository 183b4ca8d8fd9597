using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Strategies;

namespace Braid.Checking.Tests.Engine;

/// <summary>A fault of the checker itself, or a call that it refuses, is never reported as a fault of the program.</summary>
public sealed class CheckerFailureTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_checkers_own_exception_is_no_fault_of_the_program(int choice)
    {
        using var execution = new Execution(new ExecutionSettings { MaxSteps = 1_000, FairAfter = 1_000 });
        execution.Run(
            () =>
            {
                // The end of a thread is a choice too, made where no code of the program is on the stack.
                List<Thread> threads =
                [
                    .. Enumerable.Range(0, 3).Select(static _ => ThreadHooks.New(static () => { }, 0, ControlledThread.Current!, 0)),
                ];
                threads.ForEach(static thread => ThreadHooks.Start(thread, 0));
                threads.ForEach(static thread => ThreadHooks.Join(thread, Limit.From(Timeout.Infinite), 0));
            },
            new Mistaken(choice),
            new Points());
        Assert.Equal(Verdict.CheckerFailed, execution.Failure!.Verdict);
        Assert.IsType<IndexOutOfRangeException>(execution.Failure.Exception);
    }

    [Fact]
    public void An_exception_that_a_hook_throws_as_the_member_would_is_the_programs() =>
        Assert.Equal(Verdict.AssertionFailed, Check.Explore(static () =>
        {
            var other = new Thread(static () => { });
            other.Start();
            other.Join();
            Monitor.Exit(new object());
        }).Verdict);

    [Fact]
    public void An_index_out_of_range_is_the_programs_fault() => Assert.Equal(Verdict.AssertionFailed, Check.Explore(static () =>
    {
        int[] numbers = new int[1];
        var other = new Thread(static () => { });
        other.Start();
        other.Join();
        numbers[AppContext.TryGetSwitch("braid.never", out _) ? 0 : 1] = 2;
    }).Verdict);

    [Fact]
    public void A_body_too_large_for_the_checkers_memory_is_no_fault_of_the_program()
    {
        CheckReport report = Check.Explore(static () =>
        {
            var other = new Thread(static () => { });
            other.Start();
            var kept = new List<byte[]>();
            for (int i = 0; i < 300; i++)
            {
                kept.Add(new byte[1 << 20]);
            }

            GC.Collect();
            GC.KeepAlive(kept);
            other.Join();
        });
        Assert.True(report.Verdict == Verdict.CheckerFailed, report.ToString());
        Assert.StartsWith(
            "the checker has failed: a run of the body allocates so much memory", report.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Whatever other threads of the process do meanwhile: it may have ended between the question and the answer.</summary>
    [Fact]
    public void A_region_without_collections_may_have_ended_already() => Runner.EndQuiet();

    [Fact]
    public void A_refusal_in_a_static_constructor_is_a_refusal()
    {
        CheckReport report = Check.Explore(static () =>
        {
            var other = new Thread(static () => GC.KeepAlive(Starter.Started));
            other.Start();
            other.Join();
        });
        Assert.True(report.Verdict == Verdict.NotControlled, report.ToString());
        Assert.Contains("Dns.GetHostName", report.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_in_a_static_constructor_does_not_concern_the_next_check()
    {
        Assert.Equal(Verdict.NotControlled, Check.Explore(static () => GC.KeepAlive(Starter.Started)).Verdict);
        CheckReport report = Check.Explore(static () =>
        {
            var other = new Thread(static () => { });
            other.Start();
            other.Join();
        });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    [Fact]
    public void A_static_constructor_that_throws_throws_in_each_run_as_in_the_first() =>
        Assert.Equal(Verdict.Passed, Check.Explore(static () =>
        {
            bool caught = false;
            var other = new Thread(() =>
            {
                try
                {
                    GC.KeepAlive(Thrower.Value);
                }
                catch (TypeInitializationException)
                {
                    caught = true;
                }
            });
            other.Start();
            other.Join();
            if (!caught)
            {
                throw new InvalidOperationException("It did not throw.");
            }
        }).Verdict);

    [Fact]
    public void Statics_that_a_static_constructor_uses_are_reset_before_it_runs_again() =>
        Assert.Equal(Verdict.Passed, Check.Explore(static () =>
        {
            var other = new Thread(static () => { });
            other.Start();
            other.Join();
            if (Second.Value != 1)
            {
                throw new InvalidOperationException($"It is {Second.Value}.");
            }

            First.Value = 2;
        }).Verdict);

    private static class Starter
    {
        public static readonly string Started = System.Net.Dns.GetHostName();
    }

    private static class Thrower
    {
        public static readonly object Value = Make();

        private static object Make() => throw new InvalidOperationException("It cannot be made.");
    }

    private static class First
    {
        public static int Value { get; set; } = 1;
    }

    private static class Second
    {
        public static readonly int Value = First.Value;
    }

    /// <summary>Chooses a thread that does not exist.</summary>
    private sealed class Mistaken(int at) : IStrategy
    {
        private int _choices;

        public bool Begin(int run) => true;

        public int Choose(in ChoicePoint point) => _choices++ == at ? point.Enabled.Length + 100 : point.Default;

        public void End(in RunSummary run)
        {
        }
    }
}
