using System.Reflection;
using System.Reflection.Emit;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A function in a process of its own: its results and its failures.</summary>
public sealed class ProcessRunTests : TimedTest
{
    [Fact]
    public async Task The_result_comes_back_in_every_way()
    {
        Assert.Equal(42, Process.Run(static () => 42));
        Assert.Equal("HI", Process.Run(static text => text.ToUpperInvariant(), "hi"));
        Assert.Equal([1, 2], await Process.RunAsync(static () => new List<int> { 1, 2 }));
        Assert.Equal(("a", 6), await Process.RunAsync(static pair => (pair.Key, pair.Value * 2), new KeyValuePair<string, int>("a", 3)));
        Assert.Null(Process.Run(static () => (string?)null));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(65_536)]
    [InlineData(1_000_000)]
    [InlineData(300_000_000)]
    public void Arguments_and_results_may_be_of_any_size(int bytes)
    {
        byte[] argument = new byte[bytes];
        argument.AsSpan().Fill(7);
        byte[] result = Process.Run(
            static bytes =>
            {
                Assert.False(bytes.AsSpan().ContainsAnyExcept((byte)7));
                bytes.AsSpan().Fill(8);
                return bytes;
            },
            argument);
        Assert.Equal(bytes, result.Length);
        Assert.False(result.AsSpan().ContainsAnyExcept((byte)8));
        Assert.False(argument.AsSpan().ContainsAnyExcept((byte)7));
    }

    [Fact]
    public void Shared_memory_that_the_process_makes_outlives_it()
    {
        using RawArray<int> array = Process.Run(static () => new RawArray<int>([1, 2, 3]));
        (RawArray<int> First, RawValue<int> Second) pair = Process.Run(
            static array =>
            {
                array[0] = 11;
                return (array, new RawValue<int>(5));
            },
            array);
        Assert.Equal([11, 2, 3], array);
        pair.First[1] = 12;
        Assert.Equal(12, array[1]);
        Assert.Equal(5, pair.Second.Value);
    }

    [Fact]
    public void An_exception_comes_as_its_own_type_and_tells_where_it_was_thrown()
    {
        KeyNotFoundException thrown = Assert.Throws<KeyNotFoundException>(static () => Process.Run(static () => ThrowOverThere()));
        Assert.Equal("nothing here", thrown.Message);
        Assert.Contains(nameof(ThrowOverThere), thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_whose_type_does_not_exist_here_is_described()
    {
        RemoteException thrown = Assert.Throws<RemoteException>(static () => Process.Run(static () => ThrowUnknown()));
        Assert.Equal("Elsewhere.UnknownException", thrown.TypeName);
        Assert.Equal("of an unknown kind", thrown.Message);
        Assert.Contains(nameof(ThrowUnknown), thrown.RemoteStackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_travel_is_refused_there_and_here()
    {
        using var stream = new BufferedStream(new MemoryStream());
        Assert.Contains("stream", Assert.Throws<PayloadException>(() => Process.Run(() => stream.Length)).Message);
        Assert.Contains("FileStream", Assert.Throws<PayloadException>(static () => Process.Run(static () => File.OpenRead("/dev/null"))).Message);
    }

    [Fact]
    public void A_function_that_takes_too_long_is_killed_with_all_it_has_started()
    {
        using var grandchild = new RawValue<int>();
        TaskTimeoutException thrown = Assert.Throws<TaskTimeoutException>(() => Process.Run(
            static grandchild =>
            {
                grandchild.Value = System.Diagnostics.Process.Start("sleep", "1000").Id;
                while (grandchild.Value != 0)
                {
                }

                return 0;
            },
            grandchild,
            timeout: TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(1), thrown.Limit);
        Assert.Equal((-9, ExitReason.TimedOut), (thrown.Worker.ExitCode, thrown.Worker.Reason));
        Assert.True(thrown.Worker.Duration >= TimeSpan.FromSeconds(1));
        Assert.False(SystemView.Runs(thrown.Worker.Pid));
        Eventually.Holds(() => !SystemView.Runs(grandchild.Value));
    }

    [Theory]
    [InlineData("managed, in pieces")]
    [InlineData("managed, at once")]
    [InlineData("native")]
    public void A_function_that_needs_too_much_memory_is_stopped(string way)
    {
        MemoryLimitException thrown = Assert.Throws<MemoryLimitException>(() => Process.Run(static way => Devour(way), way, memoryLimit: 200_000_000));
        Assert.Equal(200_000_000, thrown.Limit);
        Assert.Contains("200 MB", thrown.Message);
    }

    [Fact]
    public void A_memory_limit_that_suffices_changes_nothing() => Assert.Equal(1_000_000, Process.Run(static () => new byte[1_000_000].Length, memoryLimit: 300_000_000));

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public void A_memory_limit_below_what_any_process_needs_says_so(long limit)
    {
        MemoryLimitException thrown = Assert.Throws<MemoryLimitException>(() => Process.Run(static () => WaitForEver(), memoryLimit: limit));
        Assert.Equal(limit, thrown.Limit);
        Assert.Contains("before it begins", thrown.Message);
    }

    [Fact]
    public void Limits_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => Process.Run(static () => 1, timeout: TimeSpan.FromSeconds(-5)));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Process.Run(static () => 1, memoryLimit: 0));
        Assert.Equal(1, Process.Run(static () => 1, timeout: Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public async Task Cancelling_kills_the_process()
    {
        using var pid = new RawValue<int>();
        using var cancel = new CancellationTokenSource();
        Task<int> running = Process.RunAsync(
            static pid =>
            {
                pid.Value = Environment.ProcessId;
                new Threading.Event().Wait();
                return 0;
            },
            pid,
            token: cancel.Token);
        Eventually.Holds(() => pid.Value != 0);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Eventually.Holds(() => !SystemView.Runs(pid.Value));
        Assert.ThrowsAny<OperationCanceledException>(() => Process.Run(static () => 0, token: cancel.Token));
    }

    private static int WaitForEver()
    {
        new Threading.Event().Wait();
        return 0;
    }

    private static int ThrowOverThere() => throw new KeyNotFoundException("nothing here");

    private static int ThrowUnknown()
    {
        TypeBuilder type = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Elsewhere"), AssemblyBuilderAccess.Run).DefineDynamicModule("Elsewhere")
            .DefineType("Elsewhere.UnknownException", TypeAttributes.Public, typeof(Exception));
        ConstructorBuilder constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [typeof(string)]);
        ILGenerator code = constructor.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(OpCodes.Call, typeof(Exception).GetConstructor([typeof(string)])!);
        code.Emit(OpCodes.Ret);
        throw (Exception)Activator.CreateInstance(type.CreateType(), "of an unknown kind")!;
    }

    private static unsafe int Devour(string way)
    {
        List<byte[]> kept = [];
        while (way == "managed, in pieces")
        {
            kept.Add(new byte[1_000_000]);
            kept[^1].AsSpan().Fill(1);
        }

        while (way == "native")
        {
            new Span<byte>(System.Runtime.InteropServices.NativeMemory.Alloc(1_000_000), 1_000_000).Fill(1);
        }

        return new byte[2_000_000_000].Length;
    }
}
