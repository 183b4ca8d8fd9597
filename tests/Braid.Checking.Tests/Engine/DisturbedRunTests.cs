namespace Braid.Checking.Tests.Engine;

/// <summary>A run into which a garbage collection falls does not count; and yet the program sees nothing in it that cannot be.</summary>
public sealed class DisturbedRunTests
{
    private const string RunsKey = "DisturbedRunTests.Runs";
    private const string SeenKey = "DisturbedRunTests.Seen";

    [Fact]
    public void A_thread_sees_its_delayed_write_where_the_collector_has_moved_the_object() =>
        SeesNothingImpossible(
            static () =>
            {
                bool isOdd = IsOdd();
                var pair = new Pair();
                var other = new Thread(() => Volatile.Read(ref pair.One));
                other.Start();
                Volatile.Write(ref pair.One, 1);
                Volatile.Write(ref pair.Two, 1);
                Collect(isOdd);
                Note(Volatile.Read(ref pair.One) == 1, "its volatile write is gone");
                Note(pair.Two == 1, "its volatile write is gone for a plain read");
                other.Join();
            },
            new CheckOptions { MemoryModel = MemoryModel.Tso, Schedules = 40 });

    [Fact]
    public void A_spin_lock_stays_taken_where_the_collector_has_moved_it() =>
        SeesNothingImpossible(
            static () =>
            {
                bool isOdd = IsOdd();
                var pair = new Pair();
                int inside = 0;
                void Enter()
                {
                    bool taken = false;
                    pair.Gate.Enter(ref taken);
                    Note(++inside == 1, "two threads are inside");
                    Collect(isOdd);
                    Note(pair.Gate.IsHeldByCurrentThread, "the lock is lost");
                    inside--;
                    pair.Gate.Exit();
                }

                var other = new Thread(Enter);
                other.Start();
                Enter();
                other.Join();
            },
            new CheckOptions { Schedules = 40 });

    [Fact]
    public void A_model_into_whose_call_a_collection_falls_makes_it_again()
    {
        AppContext.SetData(RunsKey, null);
        CheckReport report = Check.ExploreLinearizable(
            static () => new Counter(),
            static () => new Model(),
            static operations => operations.Add("Next", static counter => counter.Next(), static model => model.Next()),
            new LinearizabilityOptions { Schedules = 100, Scenarios = 2, Threads = 2, OperationsPerThread = 1 });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    private static void SeesNothingImpossible(Action body, CheckOptions options)
    {
        AppContext.SetData(RunsKey, null);
        AppContext.SetData(SeenKey, null);
        CheckReport report = Check.Explore(body, options);
        Assert.Null(AppContext.GetData(SeenKey));
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    /// <summary>Notes what cannot be outside of the run, whose own failure would not count.</summary>
    private static void Note(bool holds, string otherwise)
    {
        if (!holds)
        {
            AppContext.SetData(SeenKey, otherwise);
        }
    }

    /// <summary>Whether this is a run in which there is a collection: every other one.</summary>
    private static bool IsOdd()
    {
        bool isOdd = AppContext.GetData(RunsKey) is not true;
        AppContext.SetData(RunsKey, isOdd);
        return isOdd;
    }

    private static void Collect(bool isOdd)
    {
        if (isOdd)
        {
            // Garbage lies before the objects of the run, which the collector therefore moves.
            GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        }
    }

    private sealed class Pair
    {
        public int One;
        public int Two;
        public SpinLock Gate = new(enableThreadOwnerTracking: true);
    }

    private sealed class Counter
    {
        private int _count;

        public int Next() => Interlocked.Increment(ref _count);
    }

    private sealed class Model
    {
        private SpinLock _gate = new(enableThreadOwnerTracking: true);
        private readonly bool _isOdd = IsOdd();
        private int _count;

        public int Next()
        {
            bool taken = false;
            _gate.Enter(ref taken);
            Collect(_isOdd);
            int next = ++_count;
            _gate.Exit();
            return next;
        }
    }
}
