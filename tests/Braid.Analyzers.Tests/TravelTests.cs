using System.Runtime.CompilerServices;
using Braid.Multiprocessing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Braid.Analyzers.Tests;

/// <summary>BRAID004: what cannot be sent to another process.</summary>
public sealed class TravelTests
{
    [Theory]
    [InlineData("Multiprocessing.Process.Start(() => Console.WriteLine([|x|]))")]
    [InlineData("new Multiprocessing.Process(() => Console.WriteLine([|x|]))")]
    [InlineData("new Multiprocessing.Process(async () => { await Task.Yield(); Console.WriteLine([|x|]); })")]
    [InlineData("Multiprocessing.Process.Run(() => [|x|] is null)")]
    [InlineData("Multiprocessing.Process.RunAsync(() => [|x|] is null).Wait()")]
    [InlineData("new Multiprocessing.Pool().Map(n => n + [|x|].GetHashCode(), new[] { 1 })")]
    [InlineData("new Multiprocessing.Pool().ApplyAsync(() => [|x|] is null, callback: _ => Console.WriteLine(x))")]
    [InlineData("new Multiprocessing.Pool(2, () => Console.WriteLine([|x|]))")]
    [InlineData("new Futures.ProcessPoolExecutor().Submit(() => [|x|] is null)")]
    [InlineData("new Futures.ProcessPoolExecutor().Map(n => n + [|x|].GetHashCode(), new[] { 1 })")]
    [InlineData("new Futures.ProcessPoolExecutor(new Futures.ProcessPoolOptions { Initializer = () => Console.WriteLine([|x|]) })")]
    [InlineData("Multiprocessing.Process.Start(() => { Action later = () => Console.WriteLine([|x|]); later(); Console.WriteLine(x); })")]
    [InlineData("Multiprocessing.Process.Start(static lost => Console.WriteLine(lost), [|x|])")]
    [InlineData("new Multiprocessing.Pool().Apply(static lost => 1, [|x|])")]
    [InlineData("new Multiprocessing.Pool().Apply([|x|].ToString)")]
    public async Task What_cannot_travel_is_named_where_the_function_mentions_it_first(string call)
    {
        string statement = call.StartsWith("new ", StringComparison.Ordinal) ? $"_ = {call};" : $"{call};";
        await Expect.Reported(Rules.CannotTravel, $"var x = new Threading.Lock(); {statement}");
    }

    [Theory]
    [InlineData("File.OpenRead(\"x\")")]
    [InlineData("new System.IO.Compression.GZipStream(Stream.Null, System.IO.Compression.CompressionMode.Compress)")]
    [InlineData("new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp)")]
    [InlineData("new System.Threading.Thread(() => { })")]
    [InlineData("new System.Threading.Timer(_ => { })")]
    [InlineData("Task.Run(() => 1)")]
    [InlineData("new CancellationTokenSource()")]
    [InlineData("new System.Threading.Lock()")]
    [InlineData("new SemaphoreSlim(1)")]
    [InlineData("new Mutex()")]
    [InlineData("new AsyncLocal<int>()")]
    [InlineData("new Queues.Queue<int>()")]
    [InlineData("new Threading.Thread(() => { })")]
    [InlineData("new Futures.ThreadPoolExecutor()")]
    [InlineData("new Futures.Future<int>()")]
    public async Task Streams_handles_threads_and_locks_of_one_process_stay_in_it(string value) => await Expect.Reported(
        Rules.CannotTravel, $"var x = {value}; Multiprocessing.Process.Run(() => [|x|].GetHashCode());");

    [Fact]
    public async Task A_field_that_the_function_uses_is_copied_with_its_object() => await Expect.Reported(
        Rules.CannotTravel,
        """
        class Counter(Queues.Queue<int> orders)
        {
            private readonly Threading.Lock _gate = new();
            private int _count;

            Threading.Lock Shown { get; } = new();

            Threading.Lock Computed => new();

            [field: NonSerialized]
            Threading.Lock LeftBehind { get; } = new();

            void Run() => Multiprocessing.Process.Run(() =>
            {
                [|_gate|].Acquire();
                [|Shown|].Acquire();
                Computed.Acquire();
                LeftBehind?.Acquire();
                return _count + [|orders|].Qsize + nameof(_gate).Length;
            });
        }
        """);

    [Fact]
    public async Task The_message_names_the_variable_its_type_and_the_way_out()
    {
        string[] messages = await Expect.Reported(
            Rules.CannotTravel, "var log = File.OpenRead(\"x\"); Multiprocessing.Process.Run(() => [|log|].Length);");
        Assert.Equal(
            [
                "'log' is a FileStream, which cannot be sent to another process: what it reads from or writes to stays in this process. " +
                "Pass its bytes, or what is needed to open it again.",
            ],
            messages);
    }

    [Theory]
    [InlineData("var x = new Multiprocessing.Queue<int>(); Multiprocessing.Process.Run(() => x.Get());")]
    [InlineData("Threading.ILock x = new Multiprocessing.Lock(); Multiprocessing.Process.Run(() => x.Locked);")]
    [InlineData("var x = new MemoryStream(); Multiprocessing.Process.Run(() => x.Length);")]
    [InlineData("Stream x = new MemoryStream(); Multiprocessing.Process.Run(() => x.Length);")]
    [InlineData("var x = new Threading.Lock(); new Multiprocessing.ThreadPool().Apply(() => x.Locked);")]
    [InlineData("var x = new Threading.Lock(); new Futures.ThreadPoolExecutor().Submit(() => x.Locked);")]
    [InlineData("var x = new Threading.Lock(); Multiprocessing.Process.Run(() => nameof(x).Length);")]
    [InlineData("Multiprocessing.Process.Run(() => { var x = new Threading.Lock(); Action f = () => x.Acquire(); f(); return 1; });")]
    [InlineData("CancellationToken token = default; Multiprocessing.Process.Run(() => 1, token: token);")]
    [InlineData("Multiprocessing.Process.Run(() => Kept.Gate.Locked); class Kept { public static Threading.Lock Gate = new(); }")]
    [InlineData("var x = new Futures.C(); Multiprocessing.Process.Run(() => x.N); namespace Braid.Futures { class C { public int N; } }")]
    public async Task What_travels_or_stays_is_left_alone(string program) => await Expect.Reported(Rules.CannotTravel, program);

    [Theory]
    [InlineData("Multiprocessing.Payloads.Register<FileStream, string>(file => file.Name, File.OpenRead);")]
    [InlineData("Multiprocessing.Payloads.Register<Stream, string>(file => \"\", File.OpenRead);")]
    [InlineData("Multiprocessing.Payloads.Register((FileStream file) => file.Name, File.OpenRead);")]
    public async Task A_program_that_registers_a_converter_knows_better(string registration) => await Expect.Reported(
        Rules.CannotTravel,
        $$"""
        var x = File.OpenRead("x");
        Multiprocessing.Process.Run(() => x.Length);
        static class Converters { public static void Add() { {{registration}} } }
        """);

    /// <summary>The rule says nothing of a type that the library might send.</summary>
    [Fact]
    public void All_that_the_rule_calls_unable_to_travel_is_refused_by_the_library()
    {
        CSharpCompilation program = Compiled.Of("class C;");
        Type[] types =
        [
            .. Known().Where(type => program.GetTypeByMetadataName(type.FullName!) is { } symbol && Travel.WhyNot(symbol) is not null),
        ];
        Assert.Contains(typeof(FileStream), types);
        Assert.Contains(typeof(Threading.Lock), types);
        Assert.Contains(typeof(Queues.Queue<>), types);
        Assert.True(types.Length > 60, $"Only {types.Length} types.");
        Assert.Empty(types.Where(static type => !IsRefused(type)).Select(static type => type.FullName));
    }

    private static IEnumerable<Type> Known() => Compiled.References.Select(static reference => reference.Display!)
        .SelectMany(static file => System.Reflection.Assembly.Load(Path.GetFileNameWithoutExtension(file)).GetExportedTypes());

    private static bool IsRefused(Type type) => type.IsAbstract || type.ContainsGenericParameters
        ? Refusals.ReasonFor(type) is not null
        : Record.Exception(() => CodecChoice.ForObject(type).ThrowIfRefused(ObjectOf(type))) is PayloadException;

    /// <summary>An object without contents. Its finalizer would release what it does not have.</summary>
    private static object ObjectOf(Type type)
    {
        object value = RuntimeHelpers.GetUninitializedObject(type);
        GC.SuppressFinalize(value);
        return value;
    }
}
