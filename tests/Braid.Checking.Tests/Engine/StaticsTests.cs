using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Braid.Checking.Rewriting;
using Mono.Cecil;

namespace Braid.Checking.Tests.Engine;

/// <summary>Each run starts with the program's statics as a new process does.</summary>
public sealed class StaticsTests
{
    private static int s_runs;
    private static readonly List<int> s_list = [1];

    [ThreadStatic]
    private static int t_mine;

    [Fact]
    public void Statics_are_reset_before_each_run() => Assert.Equal(Verdict.Passed, Check.Explore(() =>
    {
        Require(s_runs++ == 0);
        Require(s_list.Count == 1);
        s_list.Add(2);
        Require(Holder<int>.Count++ == 7);
        Require(Holder<string>.Count++ == 7);
        Require(ICounted.Count++ == 7);
        Require(ICounted.Uses++ == 0);
        var other = new Thread(() => Interlocked.Increment(ref s_runs));
        other.Start();
        Interlocked.Increment(ref s_runs);
        other.Join();
        Require(s_runs == 3);
    }).Verdict);

    [Fact]
    public void Thread_statics_belong_to_their_thread_and_are_reset() => Assert.Equal(Verdict.Passed, Check.Explore(() =>
    {
        Require(t_mine == 0);
        t_mine = 5;
        var other = new Thread(() =>
        {
            Require(t_mine == 0);
            t_mine = 6;
            Thread.Yield();
            Require(t_mine == 6);
        });
        other.Start();
        Thread.Yield();
        Require(t_mine == 5);
        other.Join();
    }).Verdict);

    [Fact]
    public void A_static_constructor_runs_once_in_a_run() => Assert.Equal(Verdict.Passed, Check.Explore(() =>
    {
        var other = new Thread(() => Require(Slow.Value == 1));
        other.Start();
        Require(Slow.Value == 1);
        other.Join();
    }).Verdict);

    [Fact]
    public void A_meter_is_created_once_and_the_statics_beside_it_are_reset() => Assert.Equal(Verdict.NothingChecked, Check.Explore(() =>
    {
        Require(Measured.Use() == 2);
        Require(Measured.Made == 1);
    }).Verdict);

    [Fact]
    public void A_property_that_is_set_at_the_start_beside_a_meter_does_not_make_its_instruments_again()
    {
        Assert.Equal(Verdict.NothingChecked, Check.Explore(static () => Require(Advised.Use() == 1)).Verdict);
        int made = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) => made += instrument.Name == "advised.made" ? 1 : 0,
        };
        listener.Start();
        Assert.Equal(1, made);
    }

    /// <summary>.NET's own assemblies that are rewritten.</summary>
    public static TheoryData<string> OfDotnet =>
    [
        .. Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll")
            .Select(static file => Path.GetFileNameWithoutExtension(file))
            .Where(static name => name != "Braid" && SubjectContext.IsLibrary(name)),
    ];

    /// <summary>What .NET's code keeps in statics, such as a pool or a counter, would make a run depend on those before it.</summary>
    [Theory]
    [MemberData(nameof(OfDotnet))]
    public void Every_static_of_dotnets_rewritten_assemblies_is_reset(string name)
    {
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        using var resolver = new CecilResolver(reference => Path.Combine(folder, $"{reference.Name}.dll"));
        RewrittenAssembly rewritten = new AssemblyRewriter(resolver).Rewrite(
            Path.Combine(folder, $"{name}.dll"), isFramework: true, isPackage: false, new Dictionary<int, LeftMethod>());
        using var module = ModuleDefinition.ReadModule(
            new MemoryStream(rewritten.Image), new ReaderParameters { AssemblyResolver = resolver });
        Assert.Empty(rewritten.Left);
        Assert.Empty(module.GetTypes()
            .Where(static type => type.Fields.Any(IsState) && !type.Methods.Any(static method => method.Name is "<reset>"))
            .Select(static type => type.FullName));
    }

    [Fact]
    public void A_run_finds_the_pools_of_dotnets_collections_empty()
    {
        CheckReport report = Check.Explore(static () =>
        {
            static int Sum() => ImmutableDictionary<int, int>.Empty.Add(1, 2).Add(3, 4).Sum(static pair => pair.Value);
            int seen = 0;
            var other = new Thread(() => seen = Sum());
            other.Start();
            Require(Sum() == 6);
            other.Join();
            Require(seen == 6);
        });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    private static bool IsState(FieldDefinition field) =>
        field is { IsStatic: true, IsLiteral: false, RVA: 0 }
        && !field.Name.StartsWith("<>9", StringComparison.Ordinal)                      // delegates without a target
        && !field.DeclaringType.Name.StartsWith("<>O", StringComparison.Ordinal)
        && field.DeclaringType.Name != "<PrivateImplementationDetails>";

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("This does not hold.");
        }
    }

    private static class Measured
    {
        private static readonly Meter s_meter = new("Braid.Checking.Tests");
        private static readonly Counter<long> s_uses = s_meter.CreateCounter<long>("uses");
        private static readonly List<int> s_seen = [1];

        static Measured() => s_meter.CreateObservableGauge("made", () => ++Made);

        public static int Made { get; private set; } = 1;

        public static int Use()
        {
            s_uses.Add(1);
            s_seen.Add(1);
            return s_seen.Count;
        }
    }

    private static class Advised
    {
        private static readonly Meter s_meter = new("Braid.Checking.Tests.Advised");
        private static readonly InstrumentAdvice<double> s_advice = new() { HistogramBucketBoundaries = [1] };

        static Advised() => s_meter.CreateObservableGauge("advised.made", static () => 1);

        public static int Use() => s_advice.HistogramBucketBoundaries!.Count;
    }

    private static class Holder<T>
    {
        public static int Count { get; set; } = 7;
    }

    private interface ICounted
    {
        static int Count { get; set; } = 7;

        static int Uses { get; set; }
    }

    private static class Slow
    {
        private static int s_made;

        static Slow()
        {
            lock (typeof(Slow))
            {
                s_made++;
            }

            Value = s_made;
        }

        public static int Value { get; }
    }
}
