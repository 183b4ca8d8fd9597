using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What travels, and what does not, costs nobody but its own task.</summary>
public sealed class ProcessPoolPayloadTests : TimedTest
{
    [ModuleInitializer]
    internal static void Register()
    {
        Payloads.Register<Stubborn>(Stubborn.Write, Stubborn.Read);
        Payloads.Register<Hesitant>(static (_, _) => { }, static bytes => Hesitant.Read(bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_000_000)]
    public void An_argument_that_cannot_be_written_fails_the_submit_and_nothing_else(int bytesBefore)
    {
        using var pool = new ProcessPoolExecutor(1);
        (byte[] First, object Second) data = (new byte[bytesBefore], new Stubborn("write"));
        Assert.Contains("will not be written", Assert.ThrowsAny<Exception>(() => pool.Submit(Take(data))).ToString(), StringComparison.Ordinal);
        Assert.Equal(0, pool.Figures.Failed);
        PoolFault.AssertServes(pool);
    }

    [Fact]
    public void What_a_function_of_Map_captured_is_named_without_what_Braid_wraps_it_in()
    {
        using var pool = new ProcessPoolExecutor(1);
        var mutex = new Threading.Lock();
        var refused = Assert.Throws<PayloadException>(() => pool.Map(item => mutex.Locked ? item : 0, [1, 2]).ToList());
        Assert.StartsWith("Captured variable 'mutex' of ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_argument_that_cannot_be_read_fails_its_task_and_the_worker_lives()
    {
        using var pool = new ProcessPoolExecutor(1);
        int pid = PoolFault.WorkerOf(pool);
        Future<int> call = pool.Submit(Take((new byte[1], new Stubborn("read over there"))));
        Assert.Contains("will not be read", Assert.ThrowsAny<Exception>(() => call.Result()).ToString(), StringComparison.Ordinal);
        Assert.Equal(pid, PoolFault.WorkerOf(pool));
    }

    [Fact]
    public void An_argument_whose_reading_ends_the_worker_fails_its_task()
    {
        using var pool = new ProcessPoolExecutor(1);
        PoolFault.Fails<WorkerExitedException>(pool.Submit(Take((new byte[1], new Stubborn("exit over there")))));
        PoolFault.AssertServes(pool);
    }

    [Fact]
    public void A_result_that_cannot_be_written_fails_its_task_with_its_type_and_the_worker_lives()
    {
        using var pool = new ProcessPoolExecutor(1);
        int pid = PoolFault.WorkerOf(pool);
        var failure = PoolFault.Fails<PayloadException>(pool.Submit(static () => (object)new System.Threading.Timer(static _ => { })));
        Assert.Contains("System.Threading.Timer", failure.TypeName, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => pool.Submit(static () => (new byte[10_000_000], (object)new Stubborn("write"))).Result());
        Assert.Equal(pid, PoolFault.WorkerOf(pool));
    }

    [Fact]
    public void A_result_that_cannot_be_read_here_fails_its_future_and_no_other()
    {
        using var pool = new ProcessPoolExecutor(1);
        int pid = PoolFault.WorkerOf(pool);
        Future<object> call = pool.Submit(static () => (object)new Stubborn("read here"));
        Future<string> other = pool.Submit(static () => "other");
        Assert.Contains("will not be read", Assert.ThrowsAny<Exception>(() => call.Result()).ToString(), StringComparison.Ordinal);
        Assert.Equal("other", other.Result());
        Assert.Equal(pid, PoolFault.WorkerOf(pool));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_result_whose_reading_blocks_holds_up_no_other(bool isFailure)
    {
        using var pool = new ProcessPoolExecutor(1);
        Hesitant.Go.Clear();
        Future<object> call = pool.Submit((Func<object>)(isFailure ? ThrowHesitant : static () => new Hesitant()));
        Assert.Equal("other", pool.Submit(static () => "other").Result());
        PoolFault.AssertServes(pool);
        Assert.False(call.Done);
        Hesitant.Go.Set();
        Future.Wait([call]);
    }

    [Fact]
    public void An_exception_that_cannot_be_rebuilt_is_told_by_its_type_and_message()
    {
        using var pool = new ProcessPoolExecutor(1);
        int pid = PoolFault.WorkerOf(pool);
        var failure = PoolFault.Fails<RemoteException>(pool.Submit(ThrowStrange));
        Assert.Contains("no way back", failure.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(StrangeException), failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(pid, PoolFault.WorkerOf(pool));
    }

    [Theory]
    [InlineData("getters throw")]
    [InlineData("100 MB")]
    [InlineData("cycle")]
    public void An_exception_that_misbehaves_is_told_safely(string kind)
    {
        using var pool = new ProcessPoolExecutor(1);
        int pid = PoolFault.WorkerOf(pool);
        Exception failure = Assert.ThrowsAny<Exception>(() => pool.Submit(() => ThrowNasty(kind)).Result());
        Assert.InRange(failure.Message.Length, 1, 1_000_000);
        Assert.Equal(pid, PoolFault.WorkerOf(pool));
    }

    [Fact]
    public void Both_directions_full_do_not_block_each_other()
    {
        using var pool = new ProcessPoolExecutor(2);
        byte[] data = new byte[100_000_000];
        Random.Shared.NextBytes(data.AsSpan(data.Length - 100));
        Future<byte[]>[] calls = [.. Enumerable.Range(0, 4).Select(_ => pool.Submit(Echo(data)))];
        foreach (Future<byte[]> call in calls)
        {
            Assert.Equal(data.Length, call.Result().Length);
            Assert.True(data.AsSpan(data.Length - 100).SequenceEqual(call.Result().AsSpan(data.Length - 100)));
        }
    }

    [Fact]
    public void Many_submits_from_many_threads_before_any_result_is_read_all_end()
    {
        const int PerThread = 5_000;
        using var pool = new ProcessPoolExecutor(2);
        var calls = new Future<int>[4 * PerThread];
        Threading.Thread[] threads = [.. Enumerable.Range(0, 4).Select(number => new Threading.Thread(() =>
        {
            for (int i = number * PerThread; i < (number + 1) * PerThread; i++)
            {
                calls[i] = pool.Submit(Constant(i));
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Equal(Enumerable.Range(0, calls.Length), calls.Select(static call => call.Result()));
    }

    private static Func<int> Constant(int i) => () => i;

    private static Func<byte[]> Echo(byte[] data) => () => data;

    private static Func<int> Take((byte[] First, object Second) data) => () => data.First.Length;

    private static object ThrowHesitant() => throw new HesitantException { What = new Hesitant() };

    private static int ThrowStrange()
    {
        // A type that the parent cannot load: it is made here, at run time.
        var module = System.Reflection.Emit.AssemblyBuilder.DefineDynamicAssembly(new System.Reflection.AssemblyName("made-here"), System.Reflection.Emit.AssemblyBuilderAccess.Run).DefineDynamicModule("made-here");
        Type type = module.DefineType("StrangeException", System.Reflection.TypeAttributes.Public, typeof(StrangeException)).CreateType();
        throw (Exception)Activator.CreateInstance(type)!;
    }

    private static int ThrowNasty(string kind) => throw kind switch
    {
        "getters throw" => new NastyException(),
        "100 MB" => new InvalidOperationException(new string('x', 50_000_000)),
        _ => new CyclicException(),
    };

    public class StrangeException() : Exception("no way back");

    /// <summary>Its way to another process does what it says.</summary>
    private sealed class Stubborn(string what)
    {
        public static void Write(IBufferWriter<byte> buffer, Stubborn value)
        {
            if (value.What == "write")
            {
                throw new InvalidOperationException("It will not be written.");
            }

            buffer.Write(Encoding.UTF8.GetBytes(value.What));
        }

        public static Stubborn Read(ReadOnlyMemory<byte> bytes)
        {
            string what = Encoding.UTF8.GetString(bytes.Span);
            if (what.StartsWith("exit", StringComparison.Ordinal))
            {
                Environment.Exit(4);
            }

            return what.StartsWith("read", StringComparison.Ordinal) ? throw new InvalidOperationException("It will not be read.") : new Stubborn(what);
        }

        private string What => what;
    }

    /// <summary>Is not read before the test says so.</summary>
    private sealed class Hesitant
    {
        public static Threading.Event Go { get; } = new();

        public static Hesitant Read(ReadOnlyMemory<byte> bytes)
        {
            Go.Wait();
            return new Hesitant();
        }
    }

    private sealed class HesitantException : Exception
    {
        public Hesitant? What { get; set; }
    }

    private sealed class NastyException : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");

        public override string StackTrace => throw new InvalidOperationException("no stack");

        public override string ToString() => throw new InvalidOperationException("no text");
    }

    private sealed class CyclicException : Exception
    {
        public Exception Me => this;

        public CyclicException()
            : base("cyclic") => typeof(Exception).GetField("_innerException", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.SetValue(this, this);
    }
}
