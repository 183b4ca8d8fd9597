using System.Reflection;
using System.Reflection.Emit;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>
/// What a process in a sandbox sends its parent is data: it makes the parent call nothing, load nothing and open nothing, even if the code
/// in the sandbox writes the bytes itself.
/// </summary>
public sealed class SandboxAnswerTests : SandboxedTest
{
    private static int s_calls;   // of the comparer in this process

    /// <summary>The places where something can be put, by who writes it: the library as it does, or the code in the sandbox itself.</summary>
    public static TheoryData<Way, bool> Ways
    {
        get
        {
            var ways = new TheoryData<Way, bool>();
            foreach (Way way in Enum.GetValues<Way>())
            {
                ways.Add(way, false);
                ways.Add(way, true);
            }

            return ways;
        }
    }

    /// <summary>A sorted set calls its comparer when it is rebuilt: the classical way to have another process call what one likes.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public void Nothing_in_an_answer_is_called(Way way, bool isForged)
    {
        Volatile.Write(ref s_calls, 0);
        var reports = new Reports<object>();
        using ProcessPoolExecutor pool = NewPool(isForged);
        Exception? failure = Record.Exception(() => _ = way switch
        {
            Way.Result => pool.Submit(Gadget).Result(Cancellation).Count,
            Way.Untyped => pool.Submit(object () => Gadget()).Result(Cancellation) is SortedSet<string> ? 1 : 0,
            Way.Item => pool.Map(_ => Gadget(), [1, 2]).ToList().Count,
            Way.Data => pool.Submit(int () => throw new FormatException("x") { Data = { ["set"] = Gadget() } }).Result(Cancellation),
            Way.Field => pool.Submit(int () => throw new HoldsException(Gadget())).Result(Cancellation),
            Way.Inner => pool.Submit(int () => throw new FormatException("x", new HoldsException(Gadget()))).Result(Cancellation),
            Way.Failure => pool.Map<int, int>(_ => throw new HoldsException(Gadget()), [1, 2]).ToList().Count,
            Way.Progress => pool.Submit(Report, reports).Result(Cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(way)),
        });
        PoolFault.AssertServes(pool);
        Assert.Equal(0, Volatile.Read(ref s_calls));
        Assert.Empty(reports.Seen);
        Assert.True(failure is not null || (way == Way.Progress && isForged));
    }

    [Fact]
    public void Nothing_in_the_failure_of_an_initializer_is_called()
    {
        Volatile.Write(ref s_calls, 0);
        Action initializer = static () =>
        {
            Forge();
            throw new HoldsException(Gadget());
        };
        using var pool = new ProcessPoolExecutor(
            new ProcessPoolOptions { MaxWorkers = 1, Sandbox = Sandbox.Strict, Initializer = initializer });
        WorkerStartException broken = Assert.Throws<WorkerStartException>(() => _ = pool.Submit(static () => 1).Result(Cancellation));
        Assert.Contains("holds x", broken.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, Volatile.Read(ref s_calls));
    }

    /// <summary>A worker that starts a process in a sandbox loads what its own parent names, and nothing that the sandbox names.</summary>
    [Fact]
    public void A_type_in_an_answer_is_found_only_where_it_is_loaded()
    {
        string file = Path.Combine(Path.GetTempPath(), $"Northwind.{Guid.NewGuid():N}.dll");
        try
        {
            var assembly = new PersistedAssemblyBuilder(new AssemblyName(Path.GetFileNameWithoutExtension(file)), typeof(object).Assembly);
            TypeBuilder made = assembly.DefineDynamicModule("Northwind").DefineType("Northwind.Failure", TypeAttributes.Public, typeof(Exception));
            made.DefineDefaultConstructor(MethodAttributes.Public);
            made.CreateType();
            assembly.Save(file);
            byte[] name = TypeName.Of(Assembly.LoadFrom(file).GetType("Northwind.Failure", throwOnError: true)!);
            Assert.Equal("Northwind.Failure", NameReader.ResolveLoaded(name).FullName);
            Assert.Equal((true, true), Process.Run(
                static name => (Record.Exception(() => NameReader.ResolveLoaded(name)) is PayloadException, NameReader.Resolve(name) is Type),
                name));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Only_a_type_of_its_own_may_be_named()
    {
        Assert.Equal(typeof(FormatException), NameReader.ResolveLoaded(TypeName.Of(typeof(FormatException))));
        Assert.Throws<PayloadException>(() => NameReader.ResolveLoaded(TypeName.Of(typeof(List<FormatException>))));
        Assert.Throws<PayloadException>(() => NameReader.ResolveLoaded(TypeName.Of(typeof(FormatException[]))));
    }

    [Fact]
    public void Exceptions_keep_their_type_and_their_plain_fields()
    {
        NumberedException own = Assert.Throws<NumberedException>(() => Process.Run(int () => throw new NumberedException(7), sandbox: Sandbox.Strict));
        Assert.Equal(7, own.Number);
        AggregateException both = Assert.Throws<AggregateException>(
            () => Process.Run(int () => throw new AggregateException(new FormatException("a"), new NumberedException(8)), sandbox: Sandbox.Strict));
        Assert.Equal([typeof(FormatException), typeof(NumberedException)], both.InnerExceptions.Select(static inner => inner.GetType()));
    }

    [Fact]
    public void Plain_data_arrives_whole()
    {
        Order order = Process.Run(
            static () => new Order("a", [new Line(1, 2.5m), new Line(3, null)], new() { ["k"] = [DateTime.UnixEpoch] }, (1, DayOfWeek.Friday)),
            sandbox: Sandbox.Strict);
        Assert.Equal(("a", (1, DayOfWeek.Friday)), (order.Name, order.Pair));
        Assert.Equal([new Line(1, 2.5m), new Line(3, null)], order.Lines);
        Assert.Equal([DateTime.UnixEpoch], order.Times["k"]);
    }

    [Fact]
    public void Shared_memory_cannot_come_out_of_a_sandbox()
    {
        using (ProcessPoolExecutor pool = NewPool(isForged: false))
        {
            PayloadException refused = Assert.Throws<PayloadException>(() => _ = pool.Submit(static () => new Value<int>(1)).Result(Cancellation));
            Assert.Contains("sandbox", refused.Message, StringComparison.Ordinal);
            PoolFault.AssertServes(pool);
        }

        using (ProcessPoolExecutor pool = NewPool(isForged: true))
        {
            Exception refused = Assert.ThrowsAny<Exception>(() => _ = pool.Submit(static () => new Value<int>(1)).Result(Cancellation));
            Assert.True(refused is InvalidDataException, refused.ToString());
            PoolFault.AssertServes(pool);
        }
    }

    /// <summary>A pool of one worker in a sandbox. If it forges, it sends its answers as a worker outside of one would.</summary>
    private static ProcessPoolExecutor NewPool(bool isForged)
    {
        var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Sandbox = Sandbox.Strict });
        if (isForged)
        {
            pool.Submit(Forge).Result(Cancellation);
            Assert.False(pool.Submit(static () => WorkerFence.IsHere).Result(Cancellation));
        }

        return pool;
    }

    private static void Forge() => typeof(WorkerFence).GetProperty(nameof(WorkerFence.IsHere))!.SetValue(null, false);

    private static int Report(IProgress<object> progress)
    {
        progress.Report(Gadget());
        return 0;
    }

    private static SortedSet<string> Gadget() => new(["x", "y"], new Counting());

    public enum Way
    {
        Result,
        Untyped,
        Item,
        Data,
        Field,
        Inner,
        Failure,
        Progress,
    }

    private sealed class Counting : IComparer<string>
    {
        public int Compare(string? x, string? y)
        {
            Interlocked.Increment(ref s_calls);
            return string.CompareOrdinal(x, y);
        }
    }

    private sealed class Reports<T> : IProgress<T>
    {
        public List<T> Seen { get; } = [];   // reports of one task come one after the other

        public void Report(T value) => Seen.Add(value);
    }

    private sealed class HoldsException(SortedSet<string> set) : Exception("holds x")
    {
        public SortedSet<string> Set => set;
    }

    private sealed class NumberedException(int number) : Exception($"number {number}")
    {
        public int Number => number;
    }

    private sealed record Order(string Name, List<Line> Lines, Dictionary<string, DateTime[]> Times, (int Number, DayOfWeek Day) Pair);

    private sealed record Line(int Count, decimal? Price);
}
