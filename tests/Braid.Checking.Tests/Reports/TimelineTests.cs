using System.Text.RegularExpressions;
using Braid.Checking.Tests.Hooks;

namespace Braid.Checking.Tests.Reports;

/// <summary>A timeline shows what takes part in the fault, each row with a line of the program.</summary>
public sealed partial class TimelineTests
{
    private const int MostRows = 25;

    public static TheoryData<string> Faults => [.. BugZoo.Zoo.All.Where(entry => !entry.IsLong).Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Each_row_has_a_line_and_there_are_few(string name)
    {
        BugZoo.ZooEntry entry = BugZoo.Zoo.All.Single(entry => entry.Name == name);
        CheckReport report = Check.Explore(entry.Buggy.Method, new CheckOptions { Schedules = 20_000, Time = Timeout.InfiniteTimeSpan });
        string[] rows = Rows(report);
        Assert.InRange(rows.Length, 0, MostRows);
        Assert.All(rows, row => Assert.Matches(Place(), row));
        Assert.DoesNotContain(rows, row => row.Contains("System.", StringComparison.Ordinal));
    }

    [Fact]
    public void Steps_that_do_not_take_part_are_omitted_and_counted()
    {
        CheckReport report = Explored.Fails(Verdict.Deadlock, ManyStepsThenARing);
        string[] rows = Rows(report);
        Assert.Equal(4, rows.Length);
        Assert.Equal(2, rows.Count(row => row.Contains("takes lock ", StringComparison.Ordinal)));
        Assert.Equal(2, rows.Count(row => row.Contains("waits for lock ", StringComparison.Ordinal)));
        Assert.Matches(@"\.\.\. \d+ other steps", report.Timeline);

        CheckReport all = Check.Explore(ManyStepsThenARing, new CheckOptions { Replay = report.Replay, ShowLibraries = true });
        Assert.InRange(Rows(all).Length, 20, 60);
    }

    [Fact]
    public void The_value_that_an_assertion_saw_is_traced_back_to_its_writers()
    {
        CheckReport report = Explored.Fails(Verdict.AssertionFailed, () =>
        {
            object gate = new();
            int noise = 0;
            int first = 0;
            int second = 0;
            var one = new Thread(() =>
            {
                for (int i = 0; i < 10; i++)
                {
                    lock (gate)
                    {
                        noise++;
                    }
                }

                lock (gate)
                {
                    first = 7;
                }
            });
            var other = new Thread(() =>
            {
                lock (gate)
                {
                    second = first;
                }
            });
            one.Start();
            other.Start();
            one.Join();
            other.Join();
            if (second == 7)
            {
                throw new InvalidOperationException($"{noise}");
            }
        });
        Assert.Contains("writes first = 7", report.Timeline, StringComparison.Ordinal);
        Assert.Contains("reads first = 7", report.Timeline, StringComparison.Ordinal);
        Assert.Contains("writes second = 7", report.Timeline, StringComparison.Ordinal);
        Assert.InRange(Rows(report).Count(row => row.Contains("noise", StringComparison.Ordinal)), 0, 3);
    }

    [Fact]
    public void A_lock_that_was_released_in_between_is_shown()
    {
        CheckReport report = Explored.Fails(Verdict.LostUpdate, () =>
        {
            object gate = new();
            int balance = 0;
            void Add()
            {
                int read;
                lock (gate)
                {
                    read = balance;
                }

                for (int i = 0; i < 5; i++)
                {
                    lock (gate)
                    {
                        GC.KeepAlive(gate);
                    }
                }

                lock (gate)
                {
                    balance = read + 1;
                }
            }

            var other = new Thread(Add);
            other.Start();
            Add();
            other.Join();
        });
        string[] rows = Rows(report);
        Assert.InRange(rows.Length, 4, 14);
        Assert.Contains(rows, row => row.Contains("releases lock gate", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Contains("takes lock gate", StringComparison.Ordinal));
    }

    [Fact]
    public void One_round_of_a_livelock_is_shown()
    {
        CheckReport report = Explored.Fails(Verdict.Livelock, Engine.ReplayTests.RunInCircles);
        Assert.InRange(Rows(report).Length, 2, 12);
        Assert.Contains("other steps", report.Timeline, StringComparison.Ordinal);
    }

    [Fact]
    public void A_race_inside_of_a_collection_of_the_framework_has_the_programs_lines()
    {
        CheckReport[] reports = [Explored.Fails(Verdict.LostUpdate, EnqueueTwice), Explored.Fails(Verdict.DataRace, EnqueueAndCount)];
        foreach (CheckReport report in reports)
        {
            Assert.StartsWith($"main calls PriorityQueue.", report.Sentence, StringComparison.Ordinal);
            Assert.Contains($"PriorityQueue.Enqueue at {nameof(TimelineTests)}.cs:", report.Sentence, StringComparison.Ordinal);
            Assert.All(Rows(report), row => Assert.Matches(Place(), row));
            Assert.DoesNotContain("._", report.Sentence, StringComparison.Ordinal);
        }

        static void EnqueueTwice()
        {
            var items = new PriorityQueue<int, int>();
            var other = new Thread(() => items.Enqueue(1, 1));
            other.Start();
            items.Enqueue(2, 2);
            other.Join();
        }

        static void EnqueueAndCount()
        {
            var items = new PriorityQueue<int, int>();
            var other = new Thread(() => items.Enqueue(1, 1));
            other.Start();
            GC.KeepAlive(items.Count);
            other.Join();
        }
    }

    private static void ManyStepsThenARing()
    {
        object left = new();
        object right = new();
        object busy = new();
        int done = 0;
        void Work()
        {
            for (int i = 0; i < 8; i++)
            {
                lock (busy)
                {
                    done++;
                }
            }
        }

        var other = new Thread(() =>
        {
            Work();
            lock (left)
            {
                lock (right)
                {
                }
            }
        });
        other.Start();
        Work();
        lock (right)
        {
            lock (left)
            {
            }
        }

        other.Join();
    }

    /// <summary>The rows below the line under the names.</summary>
    private static string[] Rows(CheckReport report) =>
    [
        .. report.Timeline.Split('\n')
            .Select(line => line.TrimEnd())
            .SkipWhile(line => !line.StartsWith("---", StringComparison.Ordinal))
            .Skip(1)
            .Where(line => line.Length > 0 && !line.StartsWith("...", StringComparison.Ordinal)),
    ];

    [GeneratedRegex(@"^ *(\w+\.cs:)?\d+: \S")]
    private static partial Regex Place();
}
