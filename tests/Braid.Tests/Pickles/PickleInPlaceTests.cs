using System.Text;
using Braid.Multiprocessing;
using Braid.Python;

namespace Braid.Tests;

/// <summary>Bytes stay in the pickle until something takes them; what is read is the same as if they had been copied at once.</summary>
public sealed class PickleInPlaceTests : TimedTest
{
    private const int Megabyte = 1 << 20;
    private const string Bytes = "C\u0008\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008";
    private const string ByteArray = "\u0096\u0008\0\0\0\0\0\0\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008";
    private const string Float64 = "cnumpy\ndtype\nX\u0002\0\0\0f8\u0089\u0088\u0087R(K\u0003X\u0001\0\0\0<NNNI-1\nI-1\nK\0tb";
    private const string Array = "carray\n_array_reconstructor\nq\u0009(carray\narray\nX\u0001\0\0\0dK\u0010#t";
    private const string Reconstruct = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\0\u0085C\u0001btR";

    // Opcodes in Latin-1; # stands for one that pushes eight bytes, or a bytearray of them.
    private static readonly Dictionary<string, string> s_programs = new()
    {
        ["alone"] = "#",
        ["a tuple of 1"] = "#\u0085",
        ["a tuple of 2"] = "##\u0086",
        ["a tuple of 3"] = "#K\u0001#\u0087",
        ["a tuple of 4"] = "(#N##t",
        ["a tuple of 5"] = "(#N##Nt",
        ["a tuple of 6"] = "(#N##N#t",
        ["a tuple in a tuple"] = "(#N##t\u0085",
        ["a tuple in a longer one"] = "((#t#Nt",
        ["an item"] = "]#a",
        ["items"] = "](#(#te",
        ["an old list"] = "(#(#tl",
        ["a value"] = "}K\u0001#s",
        ["values"] = "}(K\u0001#K\u0002(#tu",
        ["an old dict"] = "(K\u0001#d",
        ["a key"] = "}#Ns",
        ["a tuple for a key"] = "}(#tNs",
        ["a set"] = "\u008f(#(#t\u0090",
        ["a frozen set"] = "(#\u0091",
        ["memoized, dropped and used twice"] = "#q\00h\0h\0\u0086",
        ["memoized and used beside"] = "#q\0h\0\u0086",
        ["of a tuple, and used beside it"] = "(#q\u0001tq\u0002h\u0001\u0086",
        ["a memoized tuple"] = "(#N#tq\0h\0\u0086",
        ["a memoized tuple that was dropped"] = "(#tq\00h\0",
        ["a duplicate"] = "#2\u0086",
        ["a duplicated tuple"] = "(#t2\u0086",
        ["dropped"] = "#0N",
        ["dropped with its mark"] = "N(#1",
        ["dropped by its mark"] = "N((#t00",
        ["the arguments of an exception"] = "cbuiltins\nValueError\n(#N##tR",
        ["the state of an exception"] = "cbuiltins\nValueError\n)R}X\u0001\0\0\0a#sb",
        ["no state of an exception"] = "cbuiltins\nValueError\n)R#b",
        ["bytes of bytes"] = "cbuiltins\nbytes\n#\u0085R",
        ["a bytearray of bytes"] = "cbuiltins\nbytearray\n(#tR",
        ["arguments"] = "capp\nMake\n(#N#tR",
        ["arguments of a new object"] = "capp\nMake\n(#N#t\u0081",
        ["arguments of an old object"] = "(capp\nMake\n#(#to",
        ["arguments of an old instance"] = "(#(#tiapp\nMake\n",
        ["arguments and a state"] = "capp\nKeep\n(#N#t\u0081(#N#tb",
        ["a state"] = "capp\nKeep\n)\u0081#b",
        ["no arguments"] = "capp\nMake\n#R",
        ["no function"] = "#)R",
        ["no container"] = "#Na",
        ["no name"] = "X\u0001\0\0\0a#\u0093",
        ["a state of a number"] = "K\u0001#b",
        ["a state for them"] = "#Nb",
        ["an array"] = Array + "R",
        ["an array and its bytes"] = Array.Replace("#", "#q\u0001", StringComparison.Ordinal) + "Rh\u0001\u0086",
        ["an array and its arguments"] = Array + "q\u0002Rh\u0002\u0086",
        ["two arrays of the same arguments"] = Array + "q\u0002Rh\u0009h\u0002R\u0086",
        ["an array of a duplicate"] = Array.Replace("#t", "#20t", StringComparison.Ordinal) + "R",
        ["an array of memoized bytes"] = "#q\00" + Array.Replace("#", "h\0", StringComparison.Ordinal) + "Rh\0\u0086",
        ["an array of numpy"] = $"{Reconstruct}(K\u0001K\u0001\u0085{Float64}\u0089#tb",
        ["an array of numpy and its state"] = $"{Reconstruct}(K\u0001K\u0001\u0085{Float64}\u0089#q\u0005tq\u0006bh\u0006h\u0005\u0087",
        ["an array of numpy for its own shape"] = $"{Reconstruct}(K\u0001#{Float64}\u0089#tb",
        ["an array of numpy of a placeholder"] =
            $"{Reconstruct.Replace("C\u0001b", "#", StringComparison.Ordinal)}(K\u0001K\u0001\u0085{Float64}\u0089#tb",
        ["an array of a buffer"] = $"cnumpy.core.numeric\n_frombuffer\n(#{Float64}K\u0001\u0085X\u0001\0\0\0CtR",
        ["an array of a buffer, and the buffer"] =
            $"cnumpy.core.numeric\n_frombuffer\n(#q\0{Float64}K\u0001\u0085X\u0001\0\0\0CtRh\0\u0086",
        ["a number of numpy"] = $"cnumpy.core.multiarray\nscalar\n({Float64}#tR",
    };

    public static TheoryData<string> Programs() => [.. s_programs.Keys];

    [Theory]
    [MemberData(nameof(Programs))]
    public void What_is_made_of_bytes_does_not_depend_on_where_they_are(string name)
    {
        foreach (string bytes in new[] { Bytes, ByteArray })
        {
            byte[] data = Whole(s_programs[name], bytes);
            Assert.Equal(Outcome(data, from: int.MaxValue), Outcome(data, from: 0));
        }
    }

    [Fact]
    public void Most_of_these_are_values()
    {
        string[] expected =
        [
            "no state of an exception", "no arguments", "no function", "no container", "no name", "a state of a number", "a state for them",
            "an array of numpy for its own shape",
        ];
        Assert.Equal(expected, s_programs.Keys.Where(name => !IsRead(name, Bytes) && !IsRead(name, ByteArray)));

        static bool IsRead(string name, string bytes) =>
            !Outcome(Whole(s_programs[name], bytes), from: 0).Contains(' ', StringComparison.Ordinal);
    }

    [Fact]
    public void An_array_is_copied_once()
    {
        double[] numbers = new double[Megabyte];
        new Random(1).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers.AsSpan()));
        long once = 8 * Megabyte;
        byte[] array = Pickle.Dumps(numbers);
        Assert.Equal(numbers, Assert.IsType<double[]>(Read(() => Pickle.Loads(array), once)));
        byte[] numpy = Pickle.Dumps(new NDArray<double>(numbers, [1024, 1024]));
        Assert.Equal(numbers, Assert.IsType<NDArray<double>>(Read(() => Pickle.Loads(numpy), once)).Span);
        byte[] buffer =
        [
            .. Encoding.Latin1.GetBytes("\u0080\u0005cnumpy._core.numeric\n_frombuffer\n(\u0096"), .. BitConverter.GetBytes(once),
            .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers.AsSpan()),
            .. Encoding.Latin1.GetBytes($"\u0094{Float64}J\0\0\u0010\0\u0085X\u0001\0\0\0CtR."),
        ];
        Assert.Equal(numbers, Assert.IsType<NDArray<double>>(Read(() => Pickle.Loads(buffer), once)).Span);
        byte[] bytes = Pickle.Dumps(new byte[once]);
        Assert.Equal(once, Assert.IsType<byte[]>(Read(() => Pickle.Loads(bytes), once)).Length);
    }

    [Fact]
    public async Task An_array_comes_out_of_a_connection_by_one_copy()
    {
        double[] numbers = [.. Enumerable.Range(0, Megabyte).Select(static n => (double)n)];
        (Connection first, Connection second) = SocketPairs.New(null);
        using (first)
        using (second)
        {
            await using var sender = new BlockingActor();
            Task sent = sender.Do(() => first.SendPickle(numbers));
            Assert.Equal(numbers, Assert.IsType<double[]>(Read(() => second.RecvPickle(), 8 * Megabyte)));
            await sent;
            sent = sender.Do(() => first.SendPickle(numbers));
            Assert.Equal(numbers, await second.RecvPickleAsync<double[]>(token: Cancellation));
            await sent;
        }
    }

    private static byte[] Whole(string program, string bytes) =>
        Encoding.Latin1.GetBytes($"\u0080\u0005{program.Replace("#", bytes, StringComparison.Ordinal)}.");

    /// <summary>Reads, and allocates little more than what is read.</summary>
    private static object? Read(Func<object?> read, long bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        object? value = read();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, bytes, bytes + (bytes / 8));
        return value;
    }

    /// <summary>What was read, with what is the same object in it; or why it was refused.</summary>
    private static string Outcome(byte[] data, int from)
    {
        PickleOptions options = new PickleOptions { InPlaceFrom = from }
            .AddReader("app", "Make", static args => new List<object?>(args))
            .AddReader("app", "Keep", static (args, state) => new List<object?> { new List<object?>(args), state });
        try
        {
            return Convert.ToHexString(Pickle.Dumps(Pickle.Loads(data, options)));
        }
        catch (PickleException e)
        {
            return e.Message;
        }
    }
}
