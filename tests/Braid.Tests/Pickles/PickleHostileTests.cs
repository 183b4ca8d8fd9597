using Braid.Python;

namespace Braid.Tests;

/// <summary>Pickles that were made to hurt: each is refused with a PickleException, in bounded memory and time.</summary>
public sealed class PickleHostileTests : TimedTest
{
    private const int Megabyte = 1 << 20;

    private const string Reconstruct =
        "80048c0561727261798c145f61727261795f7265636f6e7374727563746f7293288c0561727261798c056172726179938c0164";

    public static TheoryData<string, string> Malformed() => new()
    {
        { "nothing", "" },
        { "no value", "2e" },
        { "no STOP", "80044e" },
        { "bytes after STOP", "80044e2e00" },
        { "two values", "80044e4e2e" },
        { "a mark left over", "8004284e2e" },
        { "protocol 6", "80064e2e" },
        { "no opcode", "8004ff2e" },
        { "BINBYTES beyond the end", "800442c0ffff7f2e" },
        { "BINBYTES8 beyond everything", "80048effffffffffffffff2e" },
        { "BINUNICODE8 of 2^63", "80048d00000000000000802e" },
        { "BYTEARRAY8 beyond the end", "800596ffffffff000000002e" },
        { "LONG4 beyond the end", "80048bffffff7f2e" },
        { "LONG4 of less than nothing", "80048bffffffff2e" },
        { "BINSTRING of less than nothing", "800454ffffffff2e" },
        { "a frame beyond the end", "800495ffffffffffffff7f4e2e" },
        { "a frame in a frame", "8004950b000000000000009502000000000000004e2e" },
        { "a value over the end of its frame", "80049503000000000000008c03616263942e" },
        { "an opcode over the end of its frame", "80049501000000000000004b012e" },
        { "a huge memo number", "80044e72fffffeff2e" },
        { "a large memo number", "80044e72000010002e" },
        { "a memo number as text", "4e7039393939393939393939390a2e" },
        { "a memo number without a value", "800468002e" },
        { "a list in no list", "80044e4e612e" },
        { "items of None", "80044e284e652e" },
        { "a key without a value", "80047d284e752e" },
        { "a list for a key", "80047d5d4e732e" },
        { "a list in a set", "80048f285d902e" },
        { "a set for a key", "80047d8f4e732e" },
        { "a set in a set", "80048f288f902e" },
        { "a set in a frozen set", "8004288f912e" },
        { "a set in a tuple for a key", "80047d8f854e732e" },
        { "a global without a name", "80048c008c00932e" },
        { "a global of numbers", "80044b014b01932e" },
        { "a call of a number", "80044b0129522e" },
        { "a call without a tuple", "80048c086275696c74696e738c09627974656172726179934b01522e" },
        { "a state for a number", "80044b017d622e" },
        { "a number that is none", "49317831300a2e" },
        { "a float that is none", "46312e302e300a2e" },
        { "a line without an end", "4931" },
        { "a UUID without a state", "80048c04757569648c04555549449329812e" },
        { "a UUID without a state, in a list", "80045d8c04757569648c0455554944932981612e" },
        { "a UUID without a state, twice", "80048c04757569648c0455554944932981322e" },
        { "a UUID without a state, dropped", "80048c04757569648c0455554944932981304e2e" },
        { "a UUID whose state holds it", "80048c04757569648c0455554944932981947d8c03696e74680073622e" },
        { "a UUID of 129 bits", "80048c04757569648c04555549449329817d8c03696e748a11000000000000000000000000000000000173622e" },
        { "an array of half an element", $"{Reconstruct}4b1043010074522e" },
        { "an array of no format", $"{Reconstruct}4b63430074522e" },
        { "a month 13", Date("07e80d01") },
        { "a day of the year 0", Date("00000101") },
        { "an escape without digits", "565c753132330a2e" },
        { "an escape beyond Unicode", "565c5530303131303030300a2e" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_no_pickle_is_refused_without_allocating_what_it_says(string name, string bytes)
    {
        byte[] data = Convert.FromHexString(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<PickleException>(() => Pickle.Loads(data));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < Megabyte, name);
    }

    [Fact]
    public void Every_beginning_of_a_pickle_is_refused()
    {
        byte[] whole = Pickle.Dumps(new List<object?>
        {
            1, "text", 1.5, new byte[] { 1 }, new object?[] { 1, 2, 3, 4 }, new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 },
            Guid.NewGuid(), DateTime.UnixEpoch, 1.5m, new HashSet<int> { 1 }, new double[] { 1 }, new NDArray<int>([1, 2]),
            new PythonException(new("builtins", "KeyError"), 1),
        });
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<PickleException>(() => Pickle.Loads(whole.AsSpan(0, length)));
        }
    }

    /// <summary>
    /// Every opcode after every other, on an empty stack and on a full one: it is refused, or it is read, and nothing else.
    /// </summary>
    [Fact]
    public void Every_pair_of_opcodes_ends_in_a_value_or_a_refusal()
    {
        byte[][] stacks = [[], "((N]}K\x05X\x01\0\0\0a)"u8.ToArray(), "}(NN"u8.ToArray(), [0x8f, (byte)'(', (byte)'N']];
        byte[][] arguments = [new byte[12], [1, 0, 0, 0, 0, 0, 0, 0, 0x2e], "1\n1\n1\n"u8.ToArray()];
        int read = 0;
        foreach (byte[] stack in stacks)
        {
            foreach (byte[] argument in arguments)
            {
                for (int pair = 0; pair < 65536; pair++)
                {
                    byte[] data = [.. stack, (byte)pair, .. argument, (byte)(pair >> 8), .. argument, (byte)'.'];
                    read += IsRead(data, new PickleOptions()) ? 1 : 0;
                    read += IsRead([.. stack, (byte)pair, (byte)(pair >> 8), (byte)'.'], new PickleOptions()) ? 1 : 0;
                }
            }
        }

        Assert.True(read > 100, $"{read}");
    }

    public static TheoryData<string> Bombs() =>
    [
        "marks", "lists", "tuples", "dictionaries", "frozen sets", "empty dictionaries", "empty lists", "sets", "puts", "memo", "numbers",
        "copies of bytes", "copies of a set", "copies of an array", "long keys", "big keys", "hash of tuples", "hash of frozen sets",
        "equal tuples",
        "exceptions", "names", "gets", "pops",
    ];

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_bomb_is_refused_before_it_takes_more_than_it_may(string kind)
    {
        var options = new PickleOptions { MaxMemory = 32 * Megabyte, MaxObjects = 400_000, MaxMemo = 100_000 };
        byte[] data = Bomb(kind);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<PickleException>(() => Pickle.Loads(data, options));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 3 * options.MaxMemory, $"{kind}: {allocated:n0} bytes");
    }

    private static byte[] Bomb(string kind)
    {
        byte[] bytes = new byte[Megabyte];
        byte[] text = [.. Enumerable.Repeat((byte)'k', Megabyte)];
        byte[] bytesInMemo = [(byte)'B', 0, 0, 0x10, 0, .. bytes, (byte)'q', 0, (byte)'0'];
        byte[] textInMemo = [(byte)'X', 0, 0, 0x10, 0, .. text, (byte)'q', 0, (byte)'0'];
        byte[] copy = Repeat([(byte)'h', 1, (byte)'h', 0, 0x85, (byte)'R'], 10_000);                    // call 1 with what 0 is
        byte[] copyArray = Repeat([(byte)'h', 1, (byte)'(', (byte)'h', 2, .. "X\x01\0\0\0dK\x10h\0tR"u8], 10_000);
        byte[] setItem = Repeat([(byte)'h', 0, (byte)'N', (byte)'s'], 100_000);
        byte[] nested = Repeat([.. "(h\0K\x01"u8, 0x91, .. "q\0"u8, (byte)'0', .. "h\0h\0"u8, 0x86, .. "q\0"u8, (byte)'0'], 60);
        byte[] dag = [.. ")q\0"u8, .. Repeat([(byte)'h', 0, (byte)'h', 0, 0x86, (byte)'q', 0], 60)];
        return kind switch
        {
            "marks" => Whole(Repeat("("u8, 100_000)),
            "lists" => Whole([.. Repeat("]"u8, 100_000), .. Repeat("a"u8, 99_999)]),
            "tuples" => Whole([(byte)')', .. Repeat([0x85], 100_000)]),
            "dictionaries" => Whole([.. Repeat("}N"u8, 100_000), .. Repeat("Ns"u8, 10)]),
            "frozen sets" => Whole([(byte)'N', .. Repeat([(byte)'q', 0, (byte)'0', (byte)'(', (byte)'h', 0, 0x91], 100_000)]),
            "empty dictionaries" => Whole(Repeat("}"u8, 10 * Megabyte)),
            "empty lists" => Whole(Repeat("]"u8, 10 * Megabyte)),
            "sets" => Whole(Repeat([0x8f], 10 * Megabyte)),
            "puts" => Whole([(byte)'N', .. Repeat([0x94], 10 * Megabyte)]),
            "memo" => Whole([.. Repeat("N0"u8, 10 * Megabyte), (byte)'N', (byte)'r', 0, 0, 0x30, 1]),
            "numbers" => Whole(Repeat([(byte)'K', 1], 10 * Megabyte)),
            "copies of bytes" => Whole([.. bytesInMemo, .. "c__builtin__\nbytearray\nq\x01"u8, .. copy], 2),
            "copies of a set" => Whole([.. "]("u8, .. Repeat("NK\x01"u8, 10_000), .. "eq\0c__builtin__\nset\nq\x01"u8, .. copy], 2),
            "copies of an array" => Whole(
                [.. bytesInMemo, .. "carray\narray\nq\x02"u8, .. "carray\n_array_reconstructor\nq\x01"u8, .. copyArray]),
            "long keys" => Whole([.. textInMemo, (byte)'}', .. setItem]),
            "big keys" => Whole([0x8b, 0, 0, 0x10, 0, .. text, (byte)'q', 0, (byte)'0', (byte)'}', .. setItem]),
            "hash of tuples" => Whole([.. dag, (byte)'0', .. "}h\0Ns"u8]),
            "hash of frozen sets" => Whole([.. "Nq\0"u8, (byte)'0', .. nested, .. "}h\0Ns"u8]),
            "equal tuples" => Whole([.. dag, (byte)'0', .. "}h\0Ns"u8, .. dag, (byte)'0', .. "h\0Ns"u8]),
            "exceptions" => Whole([.. "cexceptions\nValueError\nq\0"u8, .. Repeat("h\0)R"u8, 1_000_000)], 2),
            "names" => Whole(Repeat("cexceptions\nValueError\n0"u8, 1_000_000), 2),
            "gets" => Whole([.. "Nq\0"u8, .. Repeat("h\0"u8, 10_000_000)]),
            _ => Whole([.. "Nq\0"u8, .. Repeat("h\00"u8, 10_000_000)]),
        };
    }

    [Fact]
    public void What_is_large_only_by_what_it_shares_is_read()
    {
        // A tuple of a tuple that is used twice, and so on: 61 objects, and 2 to the power of 60 paths.
        byte[] data = Whole([.. ")q\00"u8, .. Repeat([(byte)'h', 0, (byte)'h', 0, 0x86, (byte)'q', 0, (byte)'0'], 60), (byte)'h', 0]);
        object? value = Pickle.Loads(data);
        for (int i = 0; i < 60; i++)
        {
            object?[] pair = Assert.IsType<object[]>(value);
            Assert.Same(pair[0], pair[1]);
            value = pair[0];
        }
    }

    [Fact]
    public void Keys_that_would_collide_by_dotnets_hash_codes_do_not()
    {
        IEnumerable<object>[] kinds =
        [
            Numbers().Select(static n => (object)n),
            Numbers().Select(static n => (object)BitConverter.Int64BitsToDouble(n | 1)),
            Numbers().Select(static n => (object)TimeSpan.FromTicks(n * 10)),
            Numbers().Select(static n => (object)new Guid((int)n, 0, 0, BitConverter.GetBytes(n))),
            Numbers().Select(static n => (object)new PythonRange(n, n)),
            Numbers().Select(static n => (object)$"{n}"),
        ];
        foreach (IEnumerable<object> keys in kinds)
        {
            var read = (Dictionary<object, object?>)Pickle.Loads(Pickle.Dumps(keys.ToDictionary(static key => key, static _ => 0)))!;
            Assert.True(read.Keys.Select(read.Comparer.GetHashCode).Distinct().Count() > read.Count * 9 / 10, read.Keys.First().ToString());
        }

        static IEnumerable<long> Numbers() =>
            Enumerable.Range(1, 5000).Select(static n => ((long)n << 32) | (uint)n);     // the hash code of each long is 0 in .NET
    }

    [Fact]
    public void The_limits_are_what_the_options_say()
    {
        byte[] nested = Pickle.Dumps(new object[] { new object[] { new object[] { 1 } } });
        Assert.NotNull(Pickle.Loads(nested, new PickleOptions { MaxDepth = 3 }));
        Refused(nested, new PickleOptions { MaxDepth = 2 }, "MaxDepth");
        Refused(nested, new PickleOptions { MaxBytes = nested.Length - 1 }, "MaxBytes");
        byte[] list = Pickle.Dumps(new List<string> { "a", "b", "c" });
        Assert.NotNull(Pickle.Loads(list, new PickleOptions { MaxObjects = 4, MaxMemo = 4 }));
        Refused(list, new PickleOptions { MaxObjects = 3 }, "MaxObjects");
        Refused(list, new PickleOptions { MaxMemo = 3 }, "MaxMemo");
        Refused(Pickle.Dumps(new byte[1000]), new PickleOptions { MaxMemory = 1000 }, "MaxMemory");
        Assert.Throws<PickleException>(() => Pickle.Dumps(new object[] { new object[] { 1 } }, new PickleOptions { MaxDepth = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PickleOptions { MaxMemory = 0 });

        static void Refused(byte[] data, PickleOptions options, string limit) =>
            Assert.Contains(limit, Assert.Throws<PickleException>(() => Pickle.Loads(data, options)).Message, StringComparison.Ordinal);
    }

    /// <summary>Python writes about 300 levels of lists by itself; so deep a value is read, and written again.</summary>
    [Fact]
    public void A_value_may_be_as_deep_as_Python_writes_it()
    {
        object value = 1;
        for (int i = 0; i < 900; i++)
        {
            value = new List<object?> { value };
        }

        byte[] pickle = Pickle.Dumps(value);
        Assert.Equal(pickle, Pickle.Dumps(Pickle.Loads(pickle)));
    }

    private static bool IsRead(byte[] data, PickleOptions options)
    {
        try
        {
            Pickle.Loads(data, options);
            return true;
        }
        catch (PickleException)
        {
            return false;
        }
    }

    private static byte[] Whole(byte[] body, byte protocol = 4) => [0x80, protocol, .. body, (byte)'.'];

    private static byte[] Repeat(ReadOnlySpan<byte> part, int count)
    {
        byte[] all = new byte[part.Length * count];
        for (int i = 0; i < count; i++)
        {
            part.CopyTo(all.AsSpan(i * part.Length));
        }

        return all;
    }

    private static string Date(string bytes) =>
        $"80048c08{Convert.ToHexString("datetime"u8)}8c04{Convert.ToHexString("date"u8)}934304{bytes}85522e";
}
