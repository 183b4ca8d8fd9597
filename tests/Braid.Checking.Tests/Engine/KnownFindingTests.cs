using Microsoft.Extensions.ObjectPool;

namespace Braid.Checking.Tests.Engine;

/// <summary>Findings that do not count: races inside packages, and those that the user has declared known.</summary>
public sealed class KnownFindingTests
{
    private static readonly CheckOptions s_options = new() { Schedules = 500, Time = Timeout.InfiniteTimeSpan };

    [Fact]
    public void A_race_inside_of_a_package_is_a_note()
    {
        CheckReport report = Check.Explore(UsePool, s_options);
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
        Assert.Contains(
            report.Notes,
            note => note.StartsWith("data race inside of Microsoft.Extensions.ObjectPool: ", StringComparison.Ordinal)
                && note.Contains("_fastItem", StringComparison.Ordinal));
        Assert.Equal(report.Notes.Distinct(), report.Notes);
        Assert.StartsWith("passed: no fault was found; ", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_of_the_program_because_of_a_race_inside_a_package_is_a_fault()
    {
        CheckReport report = Check.Explore(() =>
        {
            ObjectPool<object> pool = new DefaultObjectPool<object>(new DefaultPooledObjectPolicy<object>(), 1);
            object mine = new();
            var other = new Thread(() => pool.Return(new object()));
            other.Start();
            pool.Return(mine);
            if (pool.Get() != mine)
            {
                throw new InvalidOperationException("Another object came back.");
            }

            other.Join();
        }, s_options);
        Assert.True(report.Verdict == Verdict.AssertionFailed, report.ToString());
    }

    [Fact]
    public void A_race_of_the_program_s_own_beside_a_package_is_a_fault() =>
        Assert.Equal(Verdict.LostUpdate, Check.Explore(() =>
        {
            int uses = 0;
            ObjectPool<object> pool = new DefaultObjectPool<object>(new DefaultPooledObjectPolicy<object>(), 1);
            void Use()
            {
                pool.Return(pool.Get());
                uses++;
            }

            var other = new Thread(Use);
            other.Start();
            Use();
            other.Join();
        }, s_options).Verdict);

    [Theory]
    [InlineData("lost update", "data race")]
    [InlineData("counter")]
    [InlineData("KnownFindingTests.AddTwice")]
    [InlineData("Braid.Checking.Tests")]
    [InlineData("Braid.Checking.Tests!KnownFindingTests.*")]
    [InlineData("lost update: counter in Braid.Checking.Tests!KnownFindingTests.AddTwice", "data race: counter in *")]
    public void A_pattern_names_a_fault_by_any_of_its_parts(params string[] patterns)
    {
        CheckReport report = Check.Explore(AddTwice, s_options with { Ignore = patterns });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
        Assert.Contains("lost update: counter in Braid.Checking.Tests!KnownFindingTests.AddTwice", report.Known);
        Assert.StartsWith($"passed: no fault was found besides {report.Known.Count} that ", report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deadlock")]
    [InlineData("KnownFindingTests.AddT")]
    [InlineData("KnownFinding")]
    public void A_pattern_that_names_another_changes_nothing(string pattern)
    {
        CheckReport report = Check.Explore(AddTwice, s_options with { Ignore = [pattern] });
        Assert.Equal(
            (Verdict.LostUpdate, "lost update: counter in Braid.Checking.Tests!KnownFindingTests.AddTwice"), (report.Verdict, report.Key));
        Assert.Empty(report.Known);
    }

    [Fact]
    public void The_search_continues_past_a_known_fault()
    {
        // Every schedule in which the threads overlap reaches the deadlock; other findings come after it.
        CheckReport report = Check.Explore(LockInTwoOrders, s_options with { Ignore = ["deadlock"] });
        Assert.Equal(Verdict.Passed, report.Verdict);
        Assert.False(report.Exhaustive);
        Assert.Contains("ended at a fault that is known", report.Proves, StringComparison.Ordinal);
        string key = Assert.Single(report.Known);
        Assert.StartsWith("deadlock: ", key, StringComparison.Ordinal);
        Assert.Equal(key, Check.Explore(LockInTwoOrders, s_options).Key);
    }

    [Fact]
    public void An_exception_is_named_by_its_type_and_by_the_method_that_threw_it()
    {
        CheckReport report = Check.Explore(ThrowInThread, s_options);
        Assert.Equal("unhandled exception: FormatException in Braid.Checking.Tests!KnownFindingTests.Throw", report.Key);
        Assert.Equal(Verdict.Passed, Check.Explore(ThrowInThread, s_options with { Ignore = ["FormatException"] }).Verdict);
    }

    [Fact]
    public void A_finding_that_prevents_the_check_is_never_known() =>
        Assert.Equal(
            Verdict.NotControlled,
            Check.Explore(static () => GC.KeepAlive(System.Net.Dns.GetHostName()), s_options with { Ignore = ["*"] }).Verdict);

    [Fact]
    public void A_baseline_holds_patterns_and_comments()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "# known\n\n  lost update: counter in *\n#data race: *\n");
            Assert.Equal(["lost update: counter in *"], Baseline.Read(file));
            Baseline.Write(file, ["b", "a", "b"]);
            Assert.Equal(["a", "b"], Baseline.Read(file));
            Baseline.Write(file, Check.Explore(AddTwice, s_options with { AcceptsAll = true }).Known);
            Assert.Equal(Verdict.Passed, Check.Explore(AddTwice, s_options with { Baseline = file }).Verdict);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Contains(
            "cannot be read",
            Assert.Throws<ArgumentException>(() => Check.Explore(AddTwice, s_options with { Baseline = file })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_replay_that_continues_past_a_known_fault_is_the_same_run()
    {
        static void Body()
        {
            int counter = 0;
            int other = 0;
            void Add()
            {
                counter++;
                other++;
            }

            var thread = new Thread(Add);
            thread.Start();
            Add();
            thread.Join();
        }

        CheckOptions options = s_options with { Ignore = ["counter"] };
        CheckReport report = Check.Explore(Body, options);
        Assert.Equal(Verdict.LostUpdate, report.Verdict);
        CheckReport again = Check.Explore(Body, options with { Replay = report.Replay });
        Assert.Equal((report.Verdict, report.Sentence), (again.Verdict, again.Sentence));
    }

    private static void UsePool()
    {
        ObjectPool<object> pool = new DefaultObjectPool<object>(new DefaultPooledObjectPolicy<object>(), 2);
        var other = new Thread(() => pool.Return(pool.Get()));
        other.Start();
        pool.Return(pool.Get());
        other.Join();
    }

    private static void AddTwice()
    {
        int counter = 0;
        var other = new Thread(() => counter++);
        other.Start();
        counter++;
        other.Join();
    }

    private static void LockInTwoOrders()
    {
        object left = new();
        object right = new();
        var other = new Thread(() =>
        {
            lock (right)
            {
                lock (left)
                {
                }
            }
        });
        other.Start();
        lock (left)
        {
            lock (right)
            {
            }
        }

        other.Join();
    }

    private static void ThrowInThread()
    {
        var other = new Thread(Throw);
        other.Start();
        other.Join();
    }

    private static void Throw() => throw new FormatException("wrong");
}
