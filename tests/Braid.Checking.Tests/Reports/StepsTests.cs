using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Braid.Checking.Reports;
using Braid.Checking.Tests.Hooks;

namespace Braid.Checking.Tests.Reports;

/// <summary>The steps of a report say the same as its timeline, and how each step affects later ones.</summary>
public sealed partial class StepsTests
{
    private const StepOutcome Done = StepOutcome.Done;

    public static TheoryData<string> Faults => [.. BugZoo.Zoo.All.Where(entry => !entry.IsLong).Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Steps_agree_with_the_timeline_and_with_each_other(string name)
    {
        BugZoo.ZooEntry entry = BugZoo.Zoo.All.Single(entry => entry.Name == name);
        CheckReport report = Check.Explore(entry.Buggy.Method, new CheckOptions { Schedules = 20_000, Time = Timeout.InfiniteTimeSpan });
        AssertConsistent(report);
        AssertConsistent(Check.Explore(entry.Buggy.Method, new CheckOptions { Replay = report.Replay, ShowLibraries = true }));
    }

    [Fact]
    public void A_deadlock_names_the_holder_of_each_lock_and_the_threads_that_it_blocks()
    {
        CheckReport report = Explored.Fails(Verdict.Deadlock, TakeInOppositeOrder);
        CheckStep[] waits = [.. report.Steps.Where(step => step.Outcome == StepOutcome.Blocked)];
        Assert.Equal(["main", "thread 1"], waits.Select(step => step.Thread.Name).Order());
        foreach (CheckStep wait in waits)
        {
            CheckStep acquired = report.Steps.Single(step => step.Links.Contains(new StepLink(StepLinkKind.Block, wait.Number)));
            Assert.Equal((StepOperation.Acquire, wait.Target, Done), (acquired.Operation, acquired.Target, acquired.Outcome));
            Assert.NotEqual(wait.Thread, acquired.Thread);
            Assert.Equal(acquired.Target, acquired.Holds.Single().Lock);
            Assert.NotEqual(wait.Target, wait.Holds.Single().Lock);
            Assert.Equal(wait.Text, $"waits for {wait.Target}");
            Assert.EndsWith("StepsTests.cs", wait.Place!.File, StringComparison.Ordinal);
            Assert.Contains(nameof(TakeInOppositeOrder), wait.Place.Method, StringComparison.Ordinal);
            Assert.Equal($"lock ({wait.Target[^1]})", wait.Place.Source);
            Assert.Equal($"lock ({acquired.Target[^1]})", acquired.Holds[0].Since!.Source);
            Assert.Equal(acquired.Place, acquired.Holds[0].Since);
        }
    }

    [Fact]
    public void A_lost_update_has_its_values()
    {
        CheckReport report = Explored.Fails(Verdict.LostUpdate, () =>
        {
            int balance = 0;
            var other = new Thread(() => balance++);
            other.Start();
            balance++;
            other.Join();
        });
        CheckStep[] part =
            [.. report.Steps.Where(static step => step.TakesPart && step.Place!.Source!.Contains("++", StringComparison.Ordinal))];
        Assert.Equal(
            [("Read", "0"), ("Read", "0"), ("Write", "1"), ("Write", "1")],
            part.Select(step => ($"{step.Operation}", step.Value)).Order());
        Assert.All(part, static step => Assert.Equal("balance", step.Target));
    }

    [Fact]
    public void A_pulse_wakes_and_the_release_after_it_hands_over()
    {
        CheckReport report = Explored.Fails(Verdict.AssertionFailed, () =>
        {
            object gate = new();
            var other = new Thread(() =>
            {
                lock (gate)
                {
                    Monitor.Pulse(gate);
                }
            });
            lock (gate)
            {
                other.Start();
                Monitor.Wait(gate);
            }

            other.Join();
            throw new InvalidOperationException();
        });
        CheckStep awake = report.Steps.Last(step => step is { Operation: StepOperation.Acquire, Thread.Number: 0 });
        Assert.Equal("Monitor.Wait(gate);", awake.Place!.Source);
        AssertLinked(report, StepOperation.Pulse, StepLinkKind.Wake, awake);
        AssertLinked(report, StepOperation.Release, StepLinkKind.HandOver, awake);
        CheckStep join = report.Steps.Single(step => step.Operation == StepOperation.Join);
        AssertLinked(report, StepOperation.End, StepLinkKind.Await, join);
        CheckStep first = report.Steps.First(step => step.Thread.Number == 1);
        AssertLinked(report, StepOperation.Start, StepLinkKind.Start, first);
    }

    [Fact]
    public void A_signal_wakes_and_a_permit_is_handed_over()
    {
        CheckReport signal = Explored.Fails(Verdict.AssertionFailed, static () =>
        {
            using var set = new ManualResetEvent(false);
            var other = new Thread(() => set.Set());
            other.Start();
            set.WaitOne();
            throw new InvalidOperationException();
        });
        AssertLinked(signal, StepOperation.Set, StepLinkKind.Wake, Last(signal, StepOperation.Wait));

        CheckReport permit = Explored.Fails(Verdict.AssertionFailed, static () =>
        {
            using var permits = new SemaphoreSlim(0);
            var other = new Thread(() => permits.Release());
            other.Start();
            permits.Wait();
            throw new InvalidOperationException();
        });
        AssertLinked(permit, StepOperation.Release, StepLinkKind.HandOver, Last(permit, StepOperation.Acquire));

        CheckReport kernel = Explored.Fails(Verdict.AssertionFailed, static () =>
        {
            using var permits = new Semaphore(0, 1);
            var other = new Thread(() => permits.Release());
            other.Start();
            permits.WaitOne();
            throw new InvalidOperationException();
        });
        CheckStep[] acquired =
            [.. kernel.Steps.Where(static step => step is { Operation: StepOperation.Acquire, Target: "semaphore permits" })];
        Assert.Equal([StepOutcome.Begun, Done], acquired.Select(static step => step.Outcome));
        AssertLinked(kernel, StepOperation.Release, StepLinkKind.HandOver, acquired[1]);
    }

    [Fact]
    public void A_wait_that_times_out_was_ended_by_no_step()
    {
        CheckReport report = Explored.Fails(Verdict.AssertionFailed, () =>
        {
            object gate = new();
            using var set = new ManualResetEventSlim();
            var other = new Thread(() => GC.KeepAlive(set.IsSet));
            other.Start();
            set.Wait(10);
            lock (gate)
            {
                Monitor.Wait(gate, 10);
            }

            other.Join(10);
            throw new InvalidOperationException();
        });
        CheckStep[] late = [.. report.Steps.Where(step => step.Outcome == StepOutcome.TimedOut)];
        Assert.Equal(["set.Wait(10);", "Monitor.Wait(gate, 10);"], late.Select(step => step.Place!.Source));
        Assert.DoesNotContain(report.Steps.SelectMany(step => step.Links), link => late.Any(step => step.Number == link.Step));
    }

    [Fact]
    public void A_cancellation_wakes()
    {
        CheckReport report = Explored.Fails(Verdict.AssertionFailed, () =>
        {
            using var cancellation = new CancellationTokenSource();
            using var permits = new SemaphoreSlim(0);
            var other = new Thread(cancellation.Cancel);
            other.Start();
            try
            {
                permits.Wait(cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                other.Join();
                throw new InvalidOperationException();
            }
        });
        CheckStep wait = report.Steps.Single(step => step.Outcome == StepOutcome.Cancelled);
        CheckStep cause = report.Steps.Single(step => step.Links.Any(link => link.Step == wait.Number));
        Assert.Equal([new StepLink(StepLinkKind.Wake, wait.Number)], cause.Links);
        Assert.Equal(1, cause.Thread.Number);
    }

    [Fact]
    public void An_async_method_has_its_task_on_whatever_thread_and_its_awaits_are_linked()
    {
        CheckReport report = Explored.Fails(Verdict.AssertionFailed, static async () =>
        {
            var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            int number = 0;
            Task waiting = WaitAndAdd();
            Task run = Task.Run(() =>
            {
                number++;
                made.SetResult();
            });
            await waiting;
            await run;
            throw new InvalidOperationException();

            async Task WaitAndAdd()
            {
                number++;
                await made.Task;
                number++;
            }
        });
        CheckStep[] method = [.. report.Steps.Where(step => step.Task?.Name.EndsWith("WaitAndAdd", StringComparison.Ordinal) == true)];
        Assert.Single(method.Select(step => step.Task!.Value.Number).Distinct());
        Assert.Equal(2, method.Select(step => step.Thread.Number).Distinct().Count());
        int await = Array.FindIndex(method, step => step.Operation == StepOperation.Await);
        AssertLinked(report, StepOperation.Complete, StepLinkKind.Await, method[await + 1]);
        CheckStep set = report.Steps.Single(step => step is { Operation: StepOperation.Complete, Place.Source: "made.SetResult();" });
        Assert.StartsWith("task made at ", set.Task!.Value.Name, StringComparison.Ordinal);
        Assert.Contains(set.Links, link => link == new StepLink(StepLinkKind.Await, method[await + 1].Number));
    }

    [Fact]
    public void A_value_is_linked_to_its_readers()
    {
        CheckReport report = Explored.Fails(Verdict.AssertionFailed, () =>
        {
            int number = 0;
            var other = new Thread(() => Volatile.Write(ref number, 5));
            other.Start();
            other.Join();
            int seen = Volatile.Read(ref number);
            throw new InvalidOperationException($"{seen}");
        });
        CheckStep read = report.Steps.Last(step => step.Operation == StepOperation.Read);
        Assert.Equal(("number", "5"), (read.Target, read.Value));
        AssertLinked(report, StepOperation.Write, StepLinkKind.Value, read);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(150_000)]      // more than are recorded
    public void The_last_steps_of_an_endless_run_are_kept(int steps)
    {
        CheckReport report = Check.Explore(
            Engine.ReplayTests.RunInCircles, new CheckOptions { MaxSteps = steps, Schedules = 300, Time = Timeout.InfiniteTimeSpan });
        Assert.Equal(Verdict.Livelock, report.Verdict);
        Assert.Equal(2_000, report.Steps.Count);
        Assert.True(report.Steps[0].Number > 1);
        AssertConsistent(report);
    }

    [Fact]
    public void A_pass_has_no_steps() => Assert.Empty(Check.Run(static () =>
    {
        int number = 0;
        var other = new Thread(() => Interlocked.Increment(ref number));
        other.Start();
        Interlocked.Increment(ref number);
        other.Join();
    }).Steps);

    /// <summary>A garbage collection disturbs every second run of the body, which is then repeated.</summary>
    [Fact]
    public void A_run_that_is_done_again_is_shown_once()
    {
        CheckReport report = Check.Explore(static () =>
        {
            const string Runs = "braid-tests-runs";
            int runs = AppDomain.CurrentDomain.GetData(Runs) is int before ? before + 1 : 1;
            AppDomain.CurrentDomain.SetData(Runs, runs);
            int total = 0;
            if (runs % 2 == 1)
            {
                GC.Collect();
            }

            var other = new Thread(() => total++);
            other.Start();
            total++;
            other.Join();
            Assert.Equal(2, total);
        });
        Assert.Equal(Verdict.LostUpdate, report.Verdict);
        Assert.Single(report.Steps, static step => step.Operation == StepOperation.Write && step.Value == "0");
    }

    [Fact]
    public void A_line_is_shown_only_of_the_file_that_was_compiled()
    {
        using var image = new PEReader(File.OpenRead(typeof(StepsTests).Assembly.Location));
        Assert.True(image.TryOpenAssociatedPortablePdb(
            typeof(StepsTests).Assembly.Location, File.OpenRead, out MetadataReaderProvider? symbols, out _));
        MetadataReader reader = symbols!.GetMetadataReader();
        Document document = reader.Documents.Select(reader.GetDocument)
            .Single(document => reader.GetString(document.Name).EndsWith("/StepsTests.cs", StringComparison.Ordinal));
        string file = reader.GetString(document.Name);
        byte[] hash = reader.GetBlobBytes(document.Hash);
        Assert.Contains("/// <summary>The steps of a report say", SourceFile.Lines(file, hash)[8], StringComparison.Ordinal);
        Assert.Empty(SourceFile.Lines($"{file}x", hash));

        string changed = Path.Combine(Directory.CreateTempSubdirectory("braid-changed-").FullName, "StepsTests.cs");
        File.WriteAllText(changed, $"\n{File.ReadAllText(file)}");
        Assert.Empty(SourceFile.Lines(changed, hash));
        File.Copy(file, changed, overwrite: true);
        Assert.NotEmpty(SourceFile.Lines(changed, hash));
    }

    internal static void TakeInOppositeOrder()
    {
        object a = new();
        object b = new();
        var other = new Thread(() =>
        {
            lock (a)
            {
                lock (b)
                {
                    GC.KeepAlive(a);
                }
            }
        });
        other.Start();
        lock (b)
        {
            lock (a)
            {
                GC.KeepAlive(b);
            }
        }

        other.Join();
    }

    private static CheckStep Last(CheckReport report, StepOperation operation) => report.Steps.Last(step => step.Operation == operation);

    /// <summary>A step of that operation, and no other, has a link of this kind to a later step.</summary>
    private static void AssertLinked(CheckReport report, StepOperation from, StepLinkKind kind, CheckStep to)
    {
        CheckStep[] causes = [.. report.Steps.Where(step => step.Links.Contains(new StepLink(kind, to.Number)))];
        Assert.True(
            causes is [{ Operation: var operation }] && operation == from,
            $"{to.Text}: {string.Join(", ", causes.Select(static cause => cause.Text))}");
    }

    /// <summary>What must hold for every report.</summary>
    private static void AssertConsistent(CheckReport report)
    {
        IReadOnlyList<CheckStep> steps = report.Steps;
        Assert.NotEmpty(steps);
        Assert.Equal(Enumerable.Range(steps[0].Number, steps.Count), steps.Select(step => step.Number));

        // The timeline's rows are those of the steps that take part, in order. For a livelock it shows the last of the repeated rounds.
        IEnumerable<string> rows = report.Timeline.Split('\n').Select(static line => Row().Match(line))
            .Where(static match => match.Success).Select(static match => match.Groups["text"].Value);
        Queue<CheckStep> part = new(steps.Where(step => step.TakesPart));
        foreach (string row in rows.Where(_ => report.Verdict != Verdict.Livelock))
        {
            while (part.TryPeek(out CheckStep? next) && next.Text != row)
            {
                part.Dequeue();
            }

            Assert.True(part.Count > 0, $"'{row}' is not among the steps:\n{report.Timeline}\n{string.Join('\n', steps)}");
        }

        Dictionary<int, CheckStep> byNumber = steps.ToDictionary(static step => step.Number);
        foreach (CheckStep step in steps)
        {
            Assert.NotEmpty(step.Text);
            Assert.True(step.Operation != StepOperation.End || step.Place is null, $"{step}");
            Assert.True(step.Outcome != StepOutcome.Blocked || step.TakesPart, $"{step}");
            foreach (StepLink link in step.Links)
            {
                Assert.True(byNumber.TryGetValue(link.Step, out CheckStep? to) && link.Step > step.Number, $"{step}");
                AssertFits(step, link.Kind, to);
            }
        }

        foreach (IGrouping<int, CheckStep> thread in steps.GroupBy(static step => step.Thread.Number))
        {
            AssertHolds([.. thread]);
        }
    }

    private static void AssertFits(CheckStep from, StepLinkKind kind, CheckStep to)
    {
        bool fits = kind switch
        {
            StepLinkKind.Start => from.Operation is StepOperation.Start or StepOperation.Call,
            StepLinkKind.HandOver => from.Operation is StepOperation.Release or StepOperation.Wait or StepOperation.Call
                && from.Thread != to.Thread
                && (from.Target == to.Target || from.Operation == StepOperation.Call || to.Operation == StepOperation.Call),
            StepLinkKind.Wake => from.Thread != to.Thread,
            StepLinkKind.Value => from.Operation is StepOperation.Write or StepOperation.Update
                && to.Operation is StepOperation.Read or StepOperation.Update && from.Thread != to.Thread
                && (from.Operation != StepOperation.Write || to.Operation != StepOperation.Read || from.Value == to.Value),
            StepLinkKind.Block => to.Outcome == StepOutcome.Blocked && from.Holds.Count > 0 && from.Thread != to.Thread,
            _ => true,
        };
        Assert.True(fits, $"{kind}:\n{from}\n{to}");
    }

    /// <summary>
    /// What a thread holds changes only when it acquires and releases; but a lazy value is released at the end of its factory, which is no
    /// step.
    /// </summary>
    private static void AssertHolds(CheckStep[] steps)
    {
        for (int i = 1; i < steps.Length; i++)
        {
            string[] before = Locks(steps[i - 1]);
            string[] after = Locks(steps[i]);
            bool acquires = steps[i].Operation is StepOperation.Acquire or StepOperation.TryAcquire;
            if (acquires && steps[i].Outcome == Done && steps[i].Target.StartsWith("lock ", StringComparison.Ordinal))
            {
                Assert.Contains(steps[i].Target, after);
            }
            else if (!acquires && steps[i].Operation is not (StepOperation.Release or StepOperation.Wait or StepOperation.Call))
            {
                Assert.True(before.SequenceEqual(after), $"{steps[i - 1]}\n{steps[i]}");
            }
        }
    }

    private static string[] Locks(CheckStep step) =>
        [.. step.Holds.Select(static held => held.Lock).Where(static name => !name.StartsWith("lazy value ", StringComparison.Ordinal))];

    [GeneratedRegex(@"^ *(?:[\w<>.`]+:)?\d+: (?<text>.*?)(?: \(\d+ times\))?\r?$")]
    private static partial Regex Row();
}
