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
    private static int s_calls;   // of Compare in this process

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
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Sandbox = Sandbox.Strict });
        Exception? failure = Record.Exception(() => _ = way switch
        {
            Way.Result => pool.Submit(() => Sent(FrameKind.Result, static () => Gadget(), isForged)).Result(Cancellation).Count,
            Way.Object => pool.Submit(() => Sent<object>(FrameKind.Result, static () => Gadget(), isForged)).Result(Cancellation) is SortedSet<string> ? 1 : 0,
            Way.Item => pool.Map(_ => Sent(FrameKind.Result, static () => Gadget(), isForged), [1, 2]).ToList().Count,
            Way.Data => pool.Submit(() => Throws(static () => new FormatException("x") { Data = { ["set"] = Gadget() } }, isForged)).Result(Cancellation),
            Way.Field => pool.Submit(() => Throws(static () => new HoldsException(Gadget()), isForged)).Result(Cancellation),
            Way.Inner => pool.Submit(() => Throws(static () => new FormatException("x", new HoldsException(Gadget())), isForged)).Result(Cancellation),
            Way.Failure => pool.Map(_ => Throws(static () => new HoldsException(Gadget()), isForged), [1, 2]).ToList().Count,
            Way.Progress => pool.Submit(progress => Reported(progress, isForged), reports).Result(Cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(way)),
        });
        PoolFault.AssertServes(pool);
        Assert.Equal(0, Volatile.Read(ref s_calls));
        Assert.DoesNotContain(reports.Seen, static report => report is SortedSet<string>);
        if (way is not Way.Progress)
        {
            Assert.NotNull(failure);
            Assert.Contains(isForged ? "" : "x", failure.ToString(), StringComparison.Ordinal);
        }
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
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Sandbox = Sandbox.Strict });
        PayloadException refused = Assert.Throws<PayloadException>(() => _ = pool.Submit(static () => new Value<int>(1)).Result(Cancellation));
        Assert.Contains("sandbox", refused.Message, StringComparison.Ordinal);
        Exception forged = Assert.ThrowsAny<Exception>(
            () => _ = pool.Submit(static () => Sent(FrameKind.Result, static () => new Value<int>(1), isForged: true)).Result(Cancellation));
        Assert.True(forged is InvalidDataException, forged.ToString());
        PoolFault.AssertServes(pool);
    }

    /// <summary>Returns the value, or sends it as a process outside of a sandbox would, and dies.</summary>
    private static T Sent<T>(int kind, Func<T> value, bool isForged)
    {
        if (!isForged)
        {
            return value();
        }

        Forge(kind, value());
        Environment.Exit(1);
        return default!;
    }

    private static int Throws(Func<Exception> make, bool isForged)
    {
        if (!isForged)
        {
            throw make();
        }

        return Sent(FrameKind.Failure, () => make(), isForged) is null ? 1 : 0;
    }

    private static int Reported(IProgress<object> progress, bool isForged)
    {
        if (isForged)
        {
            Forge<object>(FrameKind.Progress, Gadget());
        }
        else
        {
            progress.Report(Gadget());
        }

        return 0;
    }

    private static void Forge<T>(int kind, T value) => WorkerMain.Responses!.Send(kind, WorkerMain.Responses.RunningTask, writer =>
    {
        writer.Source = PayloadSource.Program;
        Payload.Write(writer, value);
    });

    private static SortedSet<string> Gadget() => new(["x", "y"], Comparer<string>.Create(Compare));

    private static int Compare(string one, string other)
    {
        Interlocked.Increment(ref s_calls);
        return string.CompareOrdinal(one, other);
    }

    public enum Way
    {
        Result,
        Object,
        Item,
        Data,
        Field,
        Inner,
        Failure,
        Progress,
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
