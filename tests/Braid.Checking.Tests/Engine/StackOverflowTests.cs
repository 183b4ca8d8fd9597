using System.Runtime.CompilerServices;

namespace Braid.Checking.Tests.Engine;

/// <summary>A thread that uses up its stack is a fault of the program, and not the end of the process.</summary>
public sealed class StackOverflowTests
{
    private static readonly object s_gate = new();

    [Fact]
    public void A_method_that_calls_itself_without_end_is_named_with_its_place() =>
        Overflows("StackOverflowTests.Endless calls itself, ", static () => InThread(static () => Endless(0)));

    [Fact]
    public void Methods_that_call_each_other_without_end_are_named_though_they_catch_and_lock_on_the_way_out() =>
        Overflows("StackOverflowTests.Even", static () => InThread(static () => Even(0)));

    [Fact]
    public void A_text_that_contains_itself_overflows() =>
        Overflows("Nested.ToString calls itself, ", static () => InThread(static () => GC.KeepAlive(new Nested().ToString())));

    [Fact]
    public void A_lambda_that_calls_itself_overflows() => Overflows(" calls itself, ", static () =>
    {
        Func<int, int> deeper = null!;
        deeper = depth => deeper(depth + 1) + 1;
        InThread(() => deeper(0));
    });

    [Fact]
    public void Properties_that_read_each_other_overflow() =>
        Overflows("Mirror.", static () => InThread(static () => GC.KeepAlive(new Mirror().Self)));

    [Fact]
    public void The_body_itself_can_overflow()
    {
        CheckReport report = Check.Explore(static () => Endless(0));
        Assert.Equal(Verdict.StackOverflow, report.Verdict);
        Assert.StartsWith(
            "stack overflow: main has used up its stack of 8 MB at StackOverflowTests.cs:", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_overflow_that_only_some_schedules_show_is_found_and_shown_again()
    {
        static void Body()
        {
            int state = 0;
            var other = new Thread(() => Volatile.Write(ref state, 1));
            other.Start();
            int one = Volatile.Read(ref state);
            int two = Volatile.Read(ref state);
            if (one != two)
            {
                Endless(0);
            }

            other.Join();
        }

        CheckReport report = Check.Explore(Body);
        Assert.True(report.Verdict == Verdict.StackOverflow, report.ToString());
        Assert.Equal(Verdict.StackOverflow, Check.Explore(Body, new CheckOptions { Replay = report.Replay }).Verdict);
    }

    [Fact]
    public void A_program_that_checks_its_stack_does_not_overflow() => Passes(static () =>
    {
        int reached = 0;
        var other = new Thread(() => reached = Guarded(0));
        other.Start();
        other.Join();
        Require(reached > 1_000);
        Require(Guarded(0) > reached);
    });

    [Fact]
    public void A_program_that_checks_its_stack_finds_as_much_on_the_reused_stack_of_a_larger_thread()
    {
        var larger = new Thread(static () => { }, 8 << 20);   // the C library keeps its stack and reuses it for the next thread that fits
        larger.Start();
        larger.Join();
        Passes(static () =>
        {
            int reached = 0;
            var other = new Thread(() => reached = Guarded(0));
            other.Start();
            other.Join();
            Require(reached > 1_000);
        });
    }

    [Fact]
    public void A_program_that_requires_stack_gets_the_exception_of_NET() => Passes(static () =>
    {
        bool isThrown = false;
        InThread(() => isThrown = IsRefused());
        Require(isThrown);
    });

    [Fact]
    public void A_thread_has_as_large_a_stack_as_it_was_made_with() => Passes(static () =>
    {
        const int depth = 200_000;
        int reached = 0;
        var other = new Thread(() => reached = Down(depth), 256 << 20);
        other.Start();
        other.Join();
        var another = new Thread(value => reached += Down((int)value!), 128 << 20);
        another.Start(depth / 2);
        another.Join();
        Require(reached == depth + (depth / 2));
    });

    private static void Overflows(string words, Action body)
    {
        CheckReport report = Check.Explore(body);
        Assert.True(report.Verdict == Verdict.StackOverflow, report.ToString());
        Assert.StartsWith("thread 1 has used up its stack of 4 MB at StackOverflowTests.cs:", report.Sentence, StringComparison.Ordinal);
        Assert.Contains(words, report.Sentence, StringComparison.Ordinal);
    }

    private static void InThread(Action body)
    {
        var other = new Thread(() => body());
        other.Start();
        other.Join();
    }

    private static void Passes(Action body)
    {
        CheckReport report = Check.Explore(body);
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    private static int Endless(int depth) => depth < 0 ? 0 : Endless(depth + 1) + 1;

    private static int Down(int depth) => depth == 0 ? 0 : Down(depth - 1) + 1;

    /// <summary>Caught where it is thrown: on its way through all the calls, an exception would collect megabytes of stack trace.</summary>
    private static bool IsRefused()
    {
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return IsRefused();
        }

        try
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            return false;
        }
        catch (InsufficientExecutionStackException)
        {
            return true;
        }
    }

    private static int Guarded(int depth) => RuntimeHelpers.TryEnsureSufficientExecutionStack() ? Guarded(depth + 1) : depth;

    private static int Even(int depth)
    {
        try
        {
            return Odd(depth + 1) + 1;
        }
        catch (Exception)
        {
            return 0;
        }
        finally
        {
            lock (s_gate)
            {
                depth++;
            }
        }
    }

    private static int Odd(int depth) => Even(depth + 1) + 1;

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("This does not hold.");
        }
    }

    private sealed class Nested
    {
        public Nested Parent => this;

        public override string ToString() => $"in {Parent}";
    }

    private sealed class Mirror
    {
        public Mirror Self => Other;

        private Mirror Other => Self;
    }
}
