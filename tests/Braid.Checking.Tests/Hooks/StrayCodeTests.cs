using System.Diagnostics;
using System.Text;

namespace Braid.Checking.Tests.Hooks;

/// <summary>Code of the program that the core library calls on threads of its own is in no schedule.</summary>
public sealed class StrayCodeTests
{
    [Fact]
    public void Code_that_the_core_library_calls_on_its_own_pool_is_not_controlled()
    {
        CheckReport report = FirstNotControlled(static () =>
        {
            var text = new Counting();
            var other = new Thread(() => _ = text.WriteAsync('a'));
            other.Start();
            _ = text.WriteAsync('b');       // the base class lets the pool call Write
            other.Join();
        });
        Assert.Contains("code of the program on a thread that the checker does not control", report.Sentence, StringComparison.Ordinal);
    }

    /// <summary>Whoever waits for it would wait forever, and that would be no fault of the program.</summary>
    [Fact]
    public void A_wait_for_such_code_is_no_deadlock() => FirstNotControlled(static () =>
    {
        using var written = new ManualResetEventSlim();
        var text = new Counting(written);
        _ = text.WriteAsync('a');
        written.Wait();
    });

    [Fact]
    public void Code_that_calls_back_on_the_same_thread_is_controlled() => Explored.Holds(static () =>
    {
        var text = new Counting();
        var other = new Thread(() => text.WriteLine("a"));
        other.Start();
        text.WriteLine("b");
        other.Join();
    });

    /// <summary>The pool may come to its work after a short check has ended; then it is checked again.</summary>
    private static CheckReport FirstNotControlled(Action body)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            CheckReport report = Check.Explore(body, new CheckOptions { Schedules = 300 });
            if (report.Verdict == Verdict.NotControlled)
            {
                return report;
            }

            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), report.ToString());
        }
    }

    private sealed class Counting(ManualResetEventSlim? written = null) : TextWriter
    {
        private int _count;

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            Interlocked.Increment(ref _count);
            written?.Set();
        }
    }
}
